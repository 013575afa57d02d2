// Whether an answer says of its records whose they are. Where nothing in a request ties it to the patient, that is the
// only bond that there is: a record that names nobody may be anybody's.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/guard/facts.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::guard {

// Why the request must not shape its answer (`_elements`, `_summary`, a `_count` of none): the answer alone says whose
// it is. nullopt: it does not, or something else ties it to the patient.
[[nodiscard]] std::optional<Error> shape_fault(const fhir::FhirRequest& request, const Facts& facts);

// What is wrong with an answer. unsaid: a record does not say whose it is. foreign: one says that it is somebody
// else's. counted: a number, or the version, of records that are not shown. valued: an operation's values, of nobody
// knows whom. unpaired: it has not one entry for each of the Bundle that was sent. too_deep: records stand in each
// other deeper than FHIR has it. other_record: it is another record than the one that was read or written.
enum class Unproved : std::uint8_t { unsaid, foreign, counted, valued, unpaired, too_deep, other_record };
struct Doubt {
  Unproved what = Unproved::unsaid;
  std::string path = {};
  std::string type = {};  // unsaid: of the record
};

// nullopt: there is none. A record is judged by whom it says that it is about, wherever it stands. An entry of the
// answer to a Bundle is judged as what its own request is answered with. What a search that names the patient looks
// for, what an operation on the patient answers and what a write wrote is this patient's where it does not name
// somebody else; what a search includes is not. A record that names nobody, and is of a type that need not, is this
// patient's where one of the patient's leads to it in the same answer: a Device. A stored Bundle is where a record in
// it is. One that is tagged SUBSETTED must name the patient itself. A total must not count what is not shown, and a
// read is not answered with the version of a record alone. `location`: where the server says that it has put what was
// written.
[[nodiscard]] std::optional<Doubt> first_doubt(const fhir::FhirRequest& request, const nlohmann::json& answer,
                                               const Facts& facts, std::string_view location = {});

}  // namespace wardend::guard
