// The parameters of a query or a form body, and the two questions that are asked of URLs here. No I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wardend::sandbox {

class Form {
 public:
  // nullopt for a broken escape or more than 64 parameters.
  [[nodiscard]] static std::optional<Form> parse(std::string_view text);

  // The value, "" where the parameter is absent; the first where it stands twice.
  [[nodiscard]] const std::string& get(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const;
  // The first name that stands twice. Spec: RFC 6749 §3.1
  [[nodiscard]] std::optional<std::string> repeated() const;
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// Whether `url` is http(s) on 127.0.0.1, [::1] or localhost, without userinfo or fragment.
[[nodiscard]] bool is_loopback_url(std::string_view url);

// `url` with `fields` added to its query; fields with an empty value are left out.
[[nodiscard]] std::string with_query(std::string_view url,
                                     const std::vector<std::pair<std::string, std::string>>& fields);

// The words of a space-separated list, without empty ones.
[[nodiscard]] std::vector<std::string> words(std::string_view text);
[[nodiscard]] std::string join_words(const std::vector<std::string>& list);
[[nodiscard]] bool has_word(std::string_view text, std::string_view word);

}  // namespace wardend::sandbox
