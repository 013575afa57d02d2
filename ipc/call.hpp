// What a handler of an interface is given and gives back beside its own parameters and reply. Not how calls travel:
// that is connection.hpp, which handlers never see.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/secret.hpp"

namespace wardend::ipc {

class Caller;

// One call. The references live as long as the handler's coroutine.
struct Call {
  const Caller& caller;
  std::uint64_t epoch_tag = 0;  // what the server's AcceptHook said when the connection was accepted
  bool more = false;            // the caller asked for a stream of replies
  bool oneway = false;          // the caller wants no reply
  // Where views among the parameters lead to: whoever keeps one holds this. `bytes`: how long its text was.
  std::shared_ptr<const nlohmann::json> parameters = {};
  std::size_t bytes = 0;
  // What the reply is about, as UnsentReplies::take_back asks: set by a handler whose reply must not outlive a session
  // by its id. A secret reply that is about nothing is taken back by every clear.
  std::vector<std::string> about = {};
  // Set by a handler that must know: called once the kernel has taken the whole reply; dropped, uncalled, when the
  // reply was wiped or the connection closed first. It must own what it touches, or touch what outlives the server.
  std::move_only_function<void()> on_written = {};
};

// A reply whose parameters were written out beforehand: the JSON text of an object. It is sent as it stands, as a
// secret frame.
struct PreparedReply {
  Secret parameters_json = {};
};

}  // namespace wardend::ipc
