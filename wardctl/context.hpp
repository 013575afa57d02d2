// What every command is given: where the broker is, how to print, and the exit codes that all of them share.
#pragma once

#include <iosfwd>
#include <string>

namespace wardend::wardctl {

// The closed list that scripts rely on.
enum class ExitCode {
  done = 0,
  refused = 1,  // the error's name is on standard error
  usage = 2,
  unreachable = 69,
  try_again = 75,
  not_permitted = 77,
};

enum class Format { text, json };

struct Context {
  std::string broker_socket;
  std::string control_socket;
  std::string lock_socket = {};  // "": locks go to the control socket
  std::string fhir_socket = {};
  Format format = Format::text;
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
};

}  // namespace wardend::wardctl
