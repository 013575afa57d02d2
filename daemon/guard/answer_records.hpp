// The records of which an answer is made up, wherever they stand in it, and which request each answers. Whose they are
// is judged elsewhere.
#pragma once

#include <deque>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/guard/entries.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::guard {

// What one request was answered with: the whole answer, or an entry of it for an entry of the Bundle that was sent.
struct Answer {
  const fhir::FhirRequest* asked = nullptr;
  const nlohmann::json* root = nullptr;  // nullptr: nothing
  std::string path = {};
  std::string_view location = {};  // where the server says that it has put what was written
  std::string_view name = {};      // of an entry: its fullUrl
  bool refused = false;            // an error answers it
};

struct Document;

struct AnswerRecord {
  const nlohmann::json* resource = nullptr;
  std::string path = {};
  const Answer* answer = nullptr;
  bool included = false;               // a search says that it has not found it, and that another record leads to it
  bool found = false;                  // a search says that it has found it
  bool elsewhere = false;              // in a document: its fullUrl is of another server, and so is whoever it names
  bool inner = false;                  // another record holds it, or a document: its id is a name of that one's
  const Document* document = nullptr;  // that it stands in
  const nlohmann::json* in = nullptr;  // the record in whose `contained` it stands, and to which it belongs
};

// A Bundle that is a record itself: a document, a message, a collection.
struct Document {
  AnswerRecord self = {};
  Entries entries = {};
  // A Patient in it has the id of this patient under a name that was made up elsewhere, and none of the numbers: an
  // id means nothing there.
  bool is_of_unknown = false;
};

// Views into the answer and the request.
struct AnswerRecords {
  std::deque<Answer> answers = {};       // the whole one first
  std::vector<AnswerRecord> found = {};  // in the order of the answer
  std::deque<Document> documents = {};
  // Where an answer tells of records that it does not show: a number of them, the version of one.
  struct Told {
    std::string path;
    const Answer* answer;
    const nlohmann::json* entry = nullptr;  // of a list, that tells it
  };
  std::vector<Told> counts = {};
  std::string too_deep = {};  // where records stand in records deeper than FHIR has it; empty: nowhere
  bool unpaired = false;      // it has not one entry for each of the Bundle that was sent
};

// A Bundle that the server has made for the answer is none of them, nor are the Parameters that an operation answers.
// What an entry or a parameter holds is one also where it does not say of which type. `location`: of the whole answer.
[[nodiscard]] AnswerRecords records_of(const fhir::FhirRequest& request, const nlohmann::json& answer,
                                       const Facts& facts, std::string_view location = {});

}  // namespace wardend::guard
