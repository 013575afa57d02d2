// For which records of an answer something else than they themselves says that they are this patient's, as long as they
// do not name somebody else: what a request looks for that names the patient, and what a write wrote, which was judged
// before.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>

#include "daemon/guard/answer_records.hpp"
#include "daemon/guard/facts.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::guard {

class Word {
 public:
  Word(const fhir::FhirRequest& request, const Facts& facts);

  // Whether the request says whose the records are at all.
  [[nodiscard]] bool given() const { return given_; }
  // Whether that record is one of those, as it stands in the answer.
  [[nodiscard]] bool covers(const AnswerRecord& record) const;
  // Whether a number or a version tells of records of anybody. What is about nobody is no secret.
  [[nodiscard]] bool leaves_open() const;

 private:
  const fhir::FhirRequest& request_;
  bool includes_ = false;
  bool writes_ = false;
  bool given_ = false;
};

// One for each request that is answered.
class Words {
 public:
  explicit Words(const Facts& facts) : facts_(facts) {}
  [[nodiscard]] const Word& of(const Answer& answer) {
    return words_.try_emplace(answer.asked, *answer.asked, facts_).first->second;
  }

 private:
  const Facts& facts_;
  std::map<const fhir::FhirRequest*, Word> words_;
};

// What a server says of itself: /metadata a statement, smart-configuration no resource at all.
[[nodiscard]] bool is_of_server(const nlohmann::json& answer, const fhir::FhirRequest& request);

// Whether it writes to one resource, or to what a condition finds.
[[nodiscard]] bool writes_one(const fhir::FhirRequest& request);

// Whether what another record leads to is asked for besides.
[[nodiscard]] bool has_includes(const fhir::FhirRequest& request);

}  // namespace wardend::guard
