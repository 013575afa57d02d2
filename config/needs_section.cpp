// [[app.requires]] and [[app.write]]: what an app needs of a server, and what it must always write.
#include "base/nearest.hpp"
#include "config/sections.hpp"
#include "config/table_reader.hpp"
#include "protocol/fhir/resource_types.hpp"

namespace wardend::config {
namespace {

void check_resource(TableReader& reader, const std::string& type) {
  if (type.empty() || fhir::is_resource_type(type)) return;
  const std::string meant = nearest(type, Words(fhir::resource_types().begin(), fhir::resource_types().end()));
  reader.findings().note(reader.place("resource"),
                         "FHIR has no resource type " + type + (meant.empty() ? "" : ": did you mean " + meant + "?"));
}

// An element as the write guard looks for it: "a.b[x]", from the resource on. One that is written otherwise is never
// there, and every write of the app would be refused.
void check_element(TableReader& reader, const std::string& resource, const std::string& element) {
  const auto wrong = [&](const std::string& why) {
    reader.findings().error(reader.place("required"), "required: " + why);
  };
  if (element.empty() || element.starts_with('.') || element.ends_with('.') || element.contains(".."))
    return wrong("an element is empty, or a part of its path is: write a path such as code.coding");
  if (element == resource || element.starts_with(resource + "."))
    return wrong("a path begins below the resource: leave out " + resource + ".");
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
  std::string plain = element;
  for (auto at = plain.find("[x]"); at != std::string::npos; at = plain.find("[x]", at)) plain.erase(at, 3);
  if (plain.find_first_not_of(letters) != std::string::npos)
    return wrong("a path has letters, digits and dots alone, and [x] where the type of a value is open: value[x]");
}

// What `wardctl verify` will never find at any server.
void check_requires(TableReader& reader, const Requires& of) {
  check_resource(reader, of.resource);
  const Words known = {"read",          "vread",       "update",       "patch", "delete",      "history-instance",
                       "create",        "search-type", "history-type", "batch", "transaction", "search-system",
                       "history-system"};
  if (of.interactions.empty() && of.search.empty())
    reader.findings().note(reader.place(), "asks for nothing: write interactions or search, or take the entry out");
  for (const std::string& name : of.search)
    if (name.empty() || (name.front() != '_' && (name.front() < 'A' || name.front() > 'z')))
      reader.findings().note(reader.place("search"),
                             "FHIR has no search parameter that begins otherwise than with a letter: correct it");
  for (const std::string& name : of.interactions) {
    if (name.starts_with('$') || known.contains(name)) continue;
    const std::string meant = name == "search" ? "search-type" : nearest(name, known);
    reader.findings().note(reader.place("interactions"),
                           "FHIR has no interaction " + name + (meant.empty() ? "" : ": did you mean " + meant + "?"));
  }
}

}  // namespace

Requires read_requires(const Node& table, const std::string& file, Findings& findings) {
  TableReader reader(table, file, "[[app.requires]]", findings);
  Requires requires_;
  reader.text("resource", requires_.resource);
  reader.texts("interactions", requires_.interactions);
  reader.texts("search", requires_.search);
  reader.need("resource", requires_.resource, "a FHIR resource type");
  reader.done();
  check_requires(reader, requires_);
  return requires_;
}

Write read_write(const Node& table, const std::string& file, Findings& findings) {
  TableReader reader(table, file, "[[app.write]]", findings);
  Write write;
  reader.text("resource", write.resource);
  reader.texts("required", write.required);
  reader.need("resource", write.resource, "a FHIR resource type");
  reader.done();
  check_resource(reader, write.resource);
  for (const std::string& element : write.required) check_element(reader, write.resource, element);
  return write;
}

}  // namespace wardend::config
