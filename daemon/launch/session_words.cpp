#include "daemon/launch/session_words.hpp"

#include <algorithm>

namespace wardend::launch {

std::string user_words(std::string_view name, const session::User& user) {
  if (!name.empty()) return std::string(name);
  const std::string& address = user.fhir_user;
  const auto slash = address.rfind('/');
  if (slash != std::string::npos && slash > 0) {
    const auto before = address.rfind('/', slash - 1);
    const auto type = before == std::string::npos ? 0 : before + 1;
    return address.substr(type, slash - type) + " " + address.substr(slash + 1);
  }
  return user.subject.contains("://") ? std::string() : user.subject;
}

std::vector<std::string> missing_words(const config::App& app, const std::vector<std::string>& missing) {
  std::vector<std::string> words;
  for (const std::string& scope : missing) {
    const auto found = std::ranges::find(app.scopes, scope, &config::Scope::scope);
    const std::string& word = found == app.scopes.end() || found->action.empty() ? scope : found->action;
    if (std::ranges::find(words, word) == words.end()) words.push_back(word);
  }
  return words;
}

}  // namespace wardend::launch
