#include "daemon/guard/entries.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "base/json_members.hpp"
#include "daemon/guard/verdicts.hpp"
#include "protocol/fhir/reference.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

// "Type/id" of an address that was read so.
std::string_view behind_base(std::string_view address, const fhir::ReferenceText& text) {
  const auto end = static_cast<std::size_t>(text.id.data() + text.id.size() - address.data());
  return address.substr(0, end).substr(static_cast<std::size_t>(text.type.data() - address.data()));
}

}  // namespace

// A relative reference in an entry belongs to the server of its fullUrl.
std::optional<Error> name_fault(const json& entry, const Facts& facts) {
  const json* name = find_member(entry, "fullUrl");
  if (name == nullptr) return std::nullopt;
  if (!name->is_string()) return rejected("a fullUrl that is no text", "fullUrl");
  const fhir::ReferenceText text = fhir::read_reference(name->get_ref<const std::string&>(), facts.base);
  if (text.form == fhir::ReferenceForm::entry) return std::nullopt;
  if (text.form != fhir::ReferenceForm::here) return rejected("a fullUrl that is not of this server", "fullUrl");
  if (text.type == "Patient" && facts.patient != text.id)
    return rejected("a fullUrl that is another patient", "fullUrl");
  return std::nullopt;
}

std::optional<Error> names_fault(const json& bundle, const Facts& facts) {
  std::size_t at = 0;
  for (const json& entry : list_member(bundle, "entry")) {
    const std::string place = "entry[" + std::to_string(at++) + "]";
    if (auto fault = name_fault(entry, facts)) return below(place, std::move(*fault));
  }
  return std::nullopt;
}

Result<Entries> entries_of(const json& bundle, const fhir::BaseUrl& base) {
  Entries entries;
  std::size_t at = 0;
  for (const json& entry : list_member(bundle, "entry")) {
    const std::string place = "entry[" + std::to_string(at++) + "].fullUrl";
    const std::string_view name = text_view_member(entry, "fullUrl");
    const json* resource = find_member(entry, "resource");
    const json* request = find_member(entry, "request");
    const std::string_view method = request != nullptr ? text_view_member(*request, "method") : std::string_view();
    EntryResource written;
    if (resource != nullptr)
      written = {.type = text_view_member(*resource, "resourceType"), .id = text_view_member(*resource, "id")};
    if (method == "POST") written.id = {};
    written.gone = method == "DELETE";
    if (!name.empty() && !entries.try_emplace(name, written).second)
      return fail(rejected("two entries of the Bundle have the same fullUrl", place));
    const bool by_id = method == "PUT" || written.gone;
    const std::string_view url = by_id ? text_view_member(*request, "url") : std::string_view();
    for (const std::string_view address : {name, url})
      if (const auto text = fhir::read_reference(address, base); text.form == fhir::ReferenceForm::here)
        entries.try_emplace(behind_base(address, text), written);
  }
  return entries;
}

}  // namespace wardend::guard
