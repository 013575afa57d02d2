// The records of which an answer is made up, wherever they stand in it. Whose they are is judged elsewhere.
#pragma once

#include <deque>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "daemon/guard/entries.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::guard {

struct AnswerRecord {
  const nlohmann::json* resource = nullptr;
  std::string path = {};
  bool included = false;               // a search says that it has not found it, and that another record leads to it
  bool found = false;                  // a search says that it has found it
  bool made = false;                   // the Bundle that was sent has made it: it was judged before it went
  bool elsewhere = false;              // in a document: its fullUrl is of another server, and so is whoever it names
  bool inner = false;                  // another record holds it, or a document: its id is a name of that one's
  const Entries* entries = nullptr;    // of the document that it stands in
  const nlohmann::json* in = nullptr;  // the record in whose `contained` it stands, and to which it belongs
};

// Views into the answer.
struct AnswerRecords {
  std::vector<AnswerRecord> found = {};  // in the order of the answer
  std::vector<std::string> counts =
      {};  // where a Bundle tells of records that it does not show: a number, "not modified"
  std::deque<Entries> documents = {};
  std::string too_deep = {};  // where records stand in records deeper than FHIR has it; empty: nowhere
};

// A Bundle is none of them, nor are the Parameters that an operation answers. What an entry or a parameter holds is one
// also where it does not say of which type.
[[nodiscard]] AnswerRecords records_of(const fhir::FhirRequest& request, const nlohmann::json& answer,
                                       const Facts& facts);

}  // namespace wardend::guard
