// Entries for somebody who need not know whose they are: a vendor's support, above all. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace wardend::trail {

// The same patient is the same pseudonym throughout one export, and another one in the next: the key is random, and
// nobody keeps it.
class Redaction {
 public:
  // `key`: 32 random bytes.
  explicit Redaction(std::string key) : key_(std::move(key)) {}

  // The entry with pseudonyms for patient, user and records, without queries and free text, and without the hashes, by
  // which a guess could be checked. Such a line is no entry of a trail any more.
  [[nodiscard]] nlohmann::json redacted(const nlohmann::json& entry) const;

 private:
  [[nodiscard]] std::string pseudonym(std::string_view kind, std::string_view value) const;
  [[nodiscard]] std::string reference(std::string_view text) const;

  std::string key_;
};

}  // namespace wardend::trail
