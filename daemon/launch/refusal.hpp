// Why the loopback pages turn a request away by themselves, and what a person reads then. No I/O.
#pragma once

#include <string_view>

namespace wardend::launch {

enum class Refusal {
  method,             // not GET
  loaded_ahead,       // the browser only suspects that its user will want the page
  unknown_user,       // the kernel does not name who asks
  localhost,          // by the name localhost
  other_host,         // by another name: it may be one that an attacker bends to this address
  framed,             // inside another page
  in_background,      // no navigation
  stray,              // no such page
  unknown_app,        // no such app
  misspelt_app,       // the address of an app but for a slash or a capital letter
  app_disabled,       // switched off, by the file or by an operator
  users_unknown,      // the user directory does not answer
  not_for_user,       // no rule of the app names the user
  incomplete_launch,  // iss or launch is missing, or stands twice
  locked,             // the user's desktop is locked
  no_desktop,         // the user has no desktop here, or several
  over,               // the launch is no more, or has its end
  other_user,         // the launch is another user's
  locked_since,       // the workstation was locked after the launch began
  no_launch,          // the state of a redirect belongs to no launch
  other_browser,      // the cookie of the launch is missing
  session_over,       // the session ended while its launch did
};

struct RefusalText {
  int status = 403;
  std::string_view code = {};  // for the journal and for support
  std::string_view title = "The launch did not finish";
  std::string_view sentence = {};
  std::string_view next_step = {};
  std::string_view technical = {};
};

// All that is said of one.
[[nodiscard]] RefusalText text_of(Refusal refusal);

}  // namespace wardend::launch
