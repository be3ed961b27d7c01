// In the editor of a page: which version the form stands on. The editor keeps to itself what it saved while one types,
// so the next press on "Save draft" would be taken for that of somebody who has not seen it.
document.addEventListener("w-autosave:success", ({ target: form, detail: { response: saved } }) => {
  for (const [field, value] of [["loaded_revision_id", saved.revision_id], ["loaded_revision_created_at", saved.revision_created_at]]) {
    const input = value && form.elements?.namedItem(field);
    if (input) input.value = value;
  }
});
