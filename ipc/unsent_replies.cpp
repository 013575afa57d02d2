#include "ipc/unsent_replies.hpp"

#include "ipc/server.hpp"

namespace wardend::ipc {

void UnsentReplies::take_back(const About& meant, const Error& instead) {
  for (Server* server : servers_) server->take_back(meant, instead);
}

}  // namespace wardend::ipc
