// A session in words, for the page after its launch. No I/O.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/model.hpp"
#include "daemon/session/user.hpp"

namespace wardend::launch {

// Who signed in: `name`, else the type and id of the fhirUser ("Practitioner 17"), else the subject; never a whole
// address. Empty: nobody said.
[[nodiscard]] std::string user_words(std::string_view name, const session::User& user);

// What the app may not do without the scopes `missing`: the configured action of each, each action once.
[[nodiscard]] std::vector<std::string> missing_words(const config::App& app, const std::vector<std::string>& missing);

}  // namespace wardend::launch
