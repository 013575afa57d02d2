// Sockets that a library reads and writes by itself, on the Asio loop: says when one can be read or written, where that
// is wanted. A socket is known to the loop from its first wait to its end, over all that is sent on it. Internal to
// this folder.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace wardend::http {

namespace asio = boost::asio;

class WatchedSockets {
 public:
  enum class Can { read, write };
  // Called in a turn of the loop of its own, never while the library calls.
  using Ready = std::function<void(int fd, Can can)>;
  WatchedSockets(asio::io_context& loop, Ready ready) : loop_(loop), ready_(std::move(ready)) {}
  WatchedSockets(const WatchedSockets&) = delete;
  WatchedSockets& operator=(const WatchedSockets&) = delete;
  ~WatchedSockets() { let_go(); }

  // A new socket, as socket() makes it; -1: there is none to be had.
  [[nodiscard]] int open(int family, int type, int protocol);
  // Of one that was opened here. As close().
  int close(int fd);

  // Says what to watch a socket for from now on. A socket that libcurl did not open here is forgotten as soon as
  // nothing is wanted of it, because nobody tells when it ends. One that is closed already can be read at once: whoever
  // reads it learns so.
  struct Wanted {
    bool read = false;
    bool write = false;
  };
  void want(int fd, Wanted wanted);

  [[nodiscard]] std::vector<int> wanted() const;
  // Waits for none any more. They stay open.
  void let_go();

 private:
  struct Watch;

  void listen(const std::shared_ptr<Watch>& watch);
  void tell_soon(const std::shared_ptr<Watch>& watch);
  void let_go(int fd);

  asio::io_context& loop_;
  Ready ready_;
  std::unordered_map<int, std::shared_ptr<Watch>> watches_;
  std::unordered_set<int> opened_;
};

}  // namespace wardend::http
