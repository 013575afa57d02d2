#include "tests/unit/verify/traps.hpp"

namespace wardend::verify::test {
namespace {

void resources(Comparison& of, const std::string& list) { metadata(of, with_resources(list)); }
void require(Comparison& of, const char* type, std::vector<std::string> interactions,
             std::vector<std::string> search = {}) {
  of.app.requirements = {{.resource = type, .interactions = std::move(interactions), .search = std::move(search)}};
  of.ask_for(std::string("patient/") + type + ".cruds");
}
std::string every_interaction() {
  std::string list;
  for (const char* type :
       {"Account", "Patient", "Observation", "Condition", "Encounter", "Procedure", "Goal", "Task"}) {
    list += (list.empty() ? "[" : ",") + std::string(R"({"type":")") + type + R"(","interaction":[)";
    for (const char* code : {"read", "vread", "update", "delete", "history-instance", "history-type", "create"})
      list += std::string(R"({"code":")") + code + "\"},";
    list += R"({"code":"search-type"}]})";
  }
  return list + "]";
}

const char* const read_only = R"([{"type":"Observation","interaction":[{"code":"read"},{"code":"search-type"}]}])";

}  // namespace

const std::vector<Trap>& statement_traps() {
  static const std::vector<Trap> traps = {
      {1, "KindCapability", [](auto& of) { metadata(of, R"({"kind":"capability"})"); }, "metadata",
       "kind is capability", note, none, "kind"},
      {1, "KindCapabilityStillCounts", [](auto& of) { metadata(of, R"({"kind":"capability"})"); }, "Observation: read",
       "declares read", ok, met, "rest[0].resource[1].interaction[0]"},
      {2, "NoResourceListAtAll",
       [](auto& of) { metadata(of, R"({"rest":[{"mode":"server","operation":[{"name":"everything"}]}]})"); },
       "Observation: read", "does not list Observation", blocking, not_declared, "rest[0]"},
      {2, "NoResourceListButAnOperation",
       [](auto& of) {
         metadata(of, R"({"rest":[{"mode":"server","operation":[{"name":"everything"}]}]})");
         require(of, "Patient", {"$everything"});
       },
       "Patient: $everything", "declares the operation", ok, met, "rest[0].operation[0]"},
      {3, "EmptyResourceListAndNullStatus",
       [](auto& of) { metadata(of, R"({"status":null,"rest":[{"mode":"server","resource":[]}]})"); },
       "Observation: search-type", "does not list Observation", blocking, not_declared, "rest[0].resource"},
      {4, "NullIsAbsent",
       [](auto& of) {
         of.metadata = R"({"resourceType":"CapabilityStatement","status":null,"kind":null,"fhirVersion":"4.0.1","rest":
         [{"mode":"server","interaction":null,"security":null,"searchParam":null,"resource":[{"type":"Observation",
           "interaction":[null,{"code":"read"}],"searchParam":null,"operation":null}]}]})";
       },
       "Observation: read", "declares read", ok, met, "rest[0].resource[0].interaction[1]"},
      {5, "TypeThatFhirHasNot",
       [](auto& of) {
         resources(of,
                   R"([{"type":"Search By Patient Service"},{"type":"Observation","interaction":[{"code":"read"}]}])");
       },
       "metadata", "Search By Patient Service", note, none, "rest[0].resource[0].type"},
      {6, "InteractionWithoutCode",
       [](auto& of) {
         resources(
             of,
             R"([{"type":"Observation","interaction":[{"code":"read"},{"documentation":"x"},{"code":"search-type"}]}])");
       },
       "metadata", "without a code", note, none, "rest[0].resource[0].interaction[1]"},
      {6, "InteractionsBesideOneWithoutCode",
       [](auto& of) { resources(of, R"([{"type":"Observation","interaction":[{},{"code":"read"}]}])"); },
       "Observation: read", "declares read", ok, met, "rest[0].resource[0].interaction[1]"},
      {7, "ResourceWithoutInteraction",
       [](auto& of) { resources(of, R"([{"type":"Observation","operation":[{"name":"lastn"}]}])"); },
       "Observation: read", "without any interaction", blocking, not_declared, "rest[0].resource[0]"},
      {8, "SearchParameterWithoutType",
       [](auto& of) {
         resources(
             of, R"([{"type":"Observation","interaction":[{"code":"search-type"}],"searchParam":[{"name":"date"}]}])");
       },
       "Observation: search by date", "lists it", ok, met, "rest[0].resource[0].searchParam[0]"},
      {9, "ParametersWithoutSearch",
       [](auto& of) {
         resources(of, R"([{"type":"Observation","interaction":[{"code":"read"}],"searchParam":[{"name":"date"}]}])");
       },
       "Observation: search by date", "search-type is not among them", blocking, contradicted,
       "rest[0].resource[0].interaction"},
      {10, "SearchWithoutParameters", [](auto& of) { resources(of, read_only); }, "Observation: search by date",
       "lists no search parameter", blocking, not_declared, "rest[0].resource[0]"},
      {10, "SearchWithoutParametersIsASearch", [](auto& of) { resources(of, read_only); }, "Observation: search-type",
       "declares", ok, met, "rest[0].resource[0].interaction[1]"},
      {11, "SearchWithoutRead",
       [](auto& of) { resources(of, R"([{"type":"Observation","interaction":[{"code":"search-type"}]}])"); },
       "Observation: read", "read is not among them", blocking, contradicted, "rest[0].resource[0].interaction"},
      {12, "PatchWithoutUpdate",
       [](auto& of) {
         resources(of, R"([{"type":"Observation","interaction":[{"code":"create"},{"code":"patch"}]}])");
         require(of, "Observation", {"update"});
       },
       "Observation: update", "create, patch; update", blocking, contradicted, "rest[0].resource[0].interaction"},
      {12, "LetterUMeansPatchAlone",
       [](auto& of) {
         resources(of, R"([{"type":"Observation","interaction":[{"code":"create"},{"code":"patch"}]}])");
         of.ask_for("patient/Observation.u");
       },
       "scope patient/Observation.u", "patch alone", note, none, "rest[0].resource[0].interaction[1]"},
      {13, "UpdateCreateWithoutUpdate",
       [](auto& of) {
         resources(of, R"([{"type":"Observation","updateCreate":true,"interaction":[{"code":"read"}]}])");
         require(of, "Observation", {"update"});
       },
       "Observation: update", "update is not among them", blocking, contradicted, "rest[0].resource[0].interaction"},
      {14, "ControlParameterIsNoNeedMet",
       [](auto& of) {
         metadata(of, R"({"rest":[{"mode":"server","searchParam":[{"name":"_count"}],"resource":[{"type":"Observation",
         "interaction":[{"code":"search-type"}]}]}]})");
         require(of, "Observation", {"search-type"}, {"_count"});
       },
       "Observation: search by _count", "shapes the answer", warning, unknown, ""},
      {15, "ParameterWithModifier",
       [](auto& of) {
         resources(
             of,
             R"([{"type":"Observation","interaction":[{"code":"search-type"}],"searchParam":[{"name":"date:missing"}]}])");
       },
       "Observation: search by date", "lists it as date:missing", ok, met, "rest[0].resource[0].searchParam[0]"},
      {15, "ChainIsAnotherParameter",
       [](auto& of) {
         resources(
             of,
             R"([{"type":"Observation","interaction":[{"code":"search-type"}],"searchParam":[{"name":"patient.identifier"}]}])");
       },
       "Observation: search by patient", "patient.identifier", warning, unknown, "rest[0].resource[0].searchParam[0]"},
      {16, "LeadingHyphenIsAnotherName",
       [](auto& of) {
         resources(
             of, R"([{"type":"Observation","interaction":[{"code":"search-type"}],"searchParam":[{"name":"-date"}]}])");
       },
       "Observation: search by date", "not among them", blocking, not_declared, "rest[0].resource[0].searchParam"},
      {17, "ReferenceCalledString",
       [](auto& of) {
         resources(
             of,
             R"([{"type":"Observation","interaction":[{"code":"search-type"}],"searchParam":[{"name":"patient","type":"string"}]}])");
       },
       "Observation: search by patient", "its type is string", note, met, "rest[0].resource[0].searchParam[0]"},
      {18, "BundleAroundTheStatement",
       [](auto& of) {
         of.metadata = std::string(R"({"resourceType":"Bundle","entry":[{"resource":)") + conformant_metadata + "}]}";
       },
       "metadata", "comes in a Bundle", warning, none, "resourceType"},
      {18, "StatementInABundleCounts",
       [](auto& of) {
         of.metadata =
             std::string(R"({"resourceType":"Bundle","entry":[{},{"resource":)") + conformant_metadata + "}]}";
       },
       "Observation: read", "declares", ok, met, "entry[1].resource.rest[0].resource[1].interaction[0]"},
      {19, "ConformanceOfDstu2",
       [](auto& of) {
         metadata(of, R"({"resourceType":"Conformance","fhirVersion":"1.0.2"})");
         of.app.fhir_versions = {fhir::Release::dstu2};
       },
       "FHIR version DSTU2", "DSTU2 (1.0.2)", ok, met, "fhirVersion"},
      {19, "ConformanceForAnAppOfR4",
       [](auto& of) { metadata(of, R"({"resourceType":"Conformance","fhirVersion":"1.0.2"})"); }, "FHIR version R4",
       "DSTU2 (1.0.2)", blocking, contradicted, "fhirVersion"},
      {20, "ProfileAndDefinitionAsReference",
       [](auto& of) {
         metadata(
             of,
             R"({"rest":[{"mode":"server","operation":[{"name":"docref","definition":{"reference":"x"}}],"resource":[{
         "type":"Observation","profile":{"reference":"x"},"interaction":[{"code":"read"}]}]}]})");
       },
       "Observation: read", "declares", ok, met, "rest[0].resource[0].interaction[0]"},
      {21, "OperationWithDollar",
       [](auto& of) {
         metadata(of, R"({"rest":[{"mode":"server","operation":[{"name":"$docref"}]}]})");
         require(of, "DocumentReference", {"$docref"});
       },
       "DocumentReference: $docref", "declares", ok, met, "rest[0].operation[0]"},
      {22, "NoSecurity", [](auto& of) { resources(of, read_only); }, "metadata",
       "does not say that the server knows SMART", note, none, "rest[0]"},
      {22, "SecurityOfCorsAlone",
       [](auto& of) { metadata(of, R"({"rest":[{"mode":"server","security":{"cors":true}}]})"); }, "metadata",
       "does not say that the server knows SMART", note, none, "rest[0].security"},
      {23, "OAuthUrisUnderAnotherUrl",
       [](auto& of) {
         metadata(
             of,
             R"({"rest":[{"mode":"server","security":{"extension":[{"url":"http://DSTU2/fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
         "extension":[{"url":"token","valueUri":"https://ehr.example.org/token"}]}]}}]})");
       },
       "metadata", "oauth-uris has another URL", note, none, "rest[0].security.extension[0].url"},
      {24, "ServiceUnderAnotherCodeSystem",
       [](auto& of) {
         metadata(
             of,
             R"({"rest":[{"mode":"server","security":{"service":[{"coding":[{"system":"http://hl7.org/fhir/ValueSet/restful-security-service","code":"SMART-on-FHIR"}]}]}}]})");
       },
       "metadata", "ValueSet/restful-security-service", note, none, "rest[0].security.service[0].coding[0].code"},
      {25, "PlaceholderInsteadOfAnAddress",
       [](auto& of) { metadata(of, R"({"date":"@date@","implementation":{"url":"$HOST/r4"}})"); }, "metadata",
       "no https address: $HOST/r4", note, none, "implementation.url"},
      {26, "AddressWithoutAHost", [](auto& of) { metadata(of, R"({"implementation":{"url":"https:///fhir"}})"); },
       "metadata", "no https address", note, none, "implementation.url"},
      {26, "AddressOfAnotherServer",
       [](auto& of) { metadata(of, R"({"implementation":{"url":"http://localhost:6006/stu3"}})"); }, "metadata",
       "another address than", warning, none, "implementation.url"},
      {28, "TextThatWasEncodedTwice", [](auto& of) { metadata(of, R"({"kind":"capabilitÃ©"})"); }, "metadata",
       "capabilitÃ©", note, none, "kind"},
      {29, "EveryInteractionOnEveryType", [](auto& of) { resources(of, every_interaction()); }, "metadata",
       "every resource type is declared with every interaction", note, none, "rest[0].resource"},
      {30, "StatementThatRefersToOthers",
       [](auto& of) {
         metadata(
             of,
             R"({"instantiates":["http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server"],"rest":[{"mode":"server","resource":[{"type":"Group"}]}]})");
       },
       "Observation: read", "refers to other statements", warning, unknown, "rest[0].resource"},
  };
  return traps;
}

}  // namespace wardend::verify::test
