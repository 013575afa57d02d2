// `wardend --verify`: what an app needs against saved documents of a server, without a server and without a service.
// `wardctl verify --offline` is the command for people.
#pragma once

#include <string>

namespace wardend {

struct OfflineSubject {
  std::string app;
  std::string server;     // empty: the app's only one
  std::string documents;  // the folder
};

// Prints what VerifyApp would answer as one JSON object, with the server's name and the configuration's SHA-256.
// Returns 0 (ready), 1 (not ready), 2 (no such app or server; which is meant), 66 (the folder cannot be used) or 78
// (the configuration has errors), and says why on standard error.
[[nodiscard]] int verify_offline(const std::string& configuration_file, const OfflineSubject& subject);

}  // namespace wardend
