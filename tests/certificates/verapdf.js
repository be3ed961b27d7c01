// What veraPDF says of files: `java -cp ARCHIVE org.mozilla.javascript.tools.shell.Main -version 170 verapdf.js FILE …`
//
// ARCHIVE is the one of the npm package @opendataloader/pdf, which has all of veraPDF and an interpreter of JavaScript in
// it. The profiles of veraPDF are XML for JAXB, which Java has not brought along since version 11, so they are read here.
// Prints a line for each file and profile: file, profile, whether it conforms, how many rules, how many things were looked
// at; and one for each rule that does not hold: "!", clause, number, what it asks for, where.
var files = Array.prototype.slice.call(arguments);
var java = Packages.java, vera = Packages.org.verapdf, profiles = vera.pdfa.validation.profiles.Profiles;
vera.gf.foundry.VeraGreenfieldFoundryProvider.initialise();

function child(node, name) {
  for (var each = node.getFirstChild(); each != null; each = each.getNextSibling()) {
    if (each.getNodeName() == name) return each;
  }
  return null;
}

function said(node, name) {
  var found = child(node, name);
  return found == null ? "" : String(found.getTextContent());
}

function all(node, name) {
  var list = node.getElementsByTagName(name), found = [];
  for (var i = 0; i < list.getLength(); i++) found.push(list.item(i));
  return found;
}

function profileOf(name, flavour) {
  var stream = java.lang.ClassLoader.getSystemResourceAsStream("org/verapdf/pdfa/validation/" + name + ".xml");
  var builder = Packages.javax.xml.parsers.DocumentBuilderFactory.newInstance().newDocumentBuilder();
  var root = builder.parse(stream).getDocumentElement();
  var rules = new java.util.HashSet(), variables = new java.util.HashSet();
  all(root, "rule").forEach(function (rule) {
    var id = child(rule, "id");
    rules.add(profiles.ruleFromValues(
      profiles.ruleIdFromValues(flavour.getPart(), id.getAttribute("clause"), Number(id.getAttribute("testNumber"))),
      rule.getAttribute("object"), java.lang.Boolean.valueOf(rule.getAttribute("deferred")), rule.getAttribute("tags"),
      said(rule, "description"), said(rule, "test"),
      profiles.errorFromValues(said(child(rule, "error"), "message"), new java.util.ArrayList()),
      new java.util.ArrayList()
    ));
  });
  all(root, "variable").forEach(function (each) {
    variables.add(profiles.variableFromValues(
      each.getAttribute("name"), each.getAttribute("object"), said(each, "defaultValue"), said(each, "value")
    ));
  });
  var details = profiles.profileDetailsFromValues(name, "", "", new java.util.Date(0));
  return profiles.profileFromValues(flavour, details, "", rules, variables);
}

[["PDFA-2A", "2a"], ["PDFUA-1", "ua1"]].forEach(function (pair) {
  var flavour = vera.pdfa.flavours.PDFAFlavour.byFlavourId(pair[1]), profile = profileOf(pair[0], flavour);
  files.forEach(function (path) {
    var stream = new java.io.FileInputStream(path);
    var parser = vera.pdfa.Foundries.defaultInstance().createParser(stream, flavour);
    var validator = vera.pdfa.validation.validators.ValidatorFactory.createValidator(profile, 10, false, false, false);
    var result = validator.validate(parser);
    print([path, pair[0], result.isCompliant(), profile.getRules().size(), result.getTotalAssertions()].join("\t"));
    for (var each = result.getTestAssertions().iterator(); each.hasNext();) {
      var one = each.next(), id = one.getRuleId();
      if (String(one.getStatus()) != "passed") {
        print(["!", id.getClause(), id.getTestNumber(), one.getMessage(), one.getLocation().getContext()].join("\t"));
      }
    }
    parser.close();
    stream.close();
  });
});
