// Replies that nobody has read yet, on all servers: what a clear takes back. Each says what it is about, as its call
// was told (Call::about). Made before the servers, so that whoever clears need not know them.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace wardend::ipc {

class Server;

// Whether a reply about this is meant.
using About = std::function<bool(std::string_view)>;

class UnsentReplies {
 public:
  // Wipes, before it returns, the replies about something that is `meant` and that the kernel has not taken: those not
  // begun become `instead`, one that is half written ends its connection. Every connection forgets its last call, which
  // may name a patient.
  void take_back(const About& meant, const Error& instead);

 private:
  friend class Server;
  std::vector<Server*> servers_;
};

}  // namespace wardend::ipc
