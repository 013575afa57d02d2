// What is said otherwise in the discovery documents than is true: members set and taken away by the control interface.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/settings.hpp"

namespace wardend::sandbox {

enum class Document { smart, openid, metadata };

class Discovery {
 public:
  // {"document":"smart"|"openid"|"metadata","set":{...},"remove":[...]}; adds to what was said before. {origin} and
  // {base} in texts are filled in. The error names the member that is wrong.
  [[nodiscard]] std::expected<void, std::string> change(std::string_view text);
  void reset() { changes_.clear(); }

  // The document as it is published.
  [[nodiscard]] std::string published(Document document, const std::string& text, const Settings& settings) const;
  // The token endpoint, by its true name and by the published one.
  [[nodiscard]] std::vector<std::string> token_endpoints(const Settings& settings) const;
  // All changes, as JSON.
  [[nodiscard]] std::string list() const;

 private:
  std::map<Document, std::string> changes_;  // a merge patch for each: JSON text
};

}  // namespace wardend::sandbox
