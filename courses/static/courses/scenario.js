// In the editor of a branching scenario: the names of the nodes are offered where a choice or a role points to one.
document.addEventListener("focusin", ({ target: field }) => {
  const place = /^(.+)-(?:nodes|roles)-\d+-value-(?:.+-)?(?:target|start)$/.exec(field.name || "");
  if (!place) return;
  const id = `${place[1]}-names`;
  let list = document.getElementById(id);
  if (!list) {
    list = Object.assign(document.createElement("datalist"), { id });
    document.body.append(list);
  }
  const keys = document.querySelectorAll(`input[name^="${place[1]}-nodes-"][name$="-value-key"]`);
  list.replaceChildren(...Array.from(keys).filter((key) => key.value).map((key) => {
    const text = document.querySelector(`[name="${key.name.replace(/key$/, "text")}"]`);
    return new Option((text ? text.value : "").slice(0, 60), key.value);
  }));
  field.setAttribute("list", id);
});
