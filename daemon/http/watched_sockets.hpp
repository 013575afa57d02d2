// libcurl's sockets on the Asio loop: waits until one can be read or written where libcurl wants to know. A socket is
// known to the loop from its first wait to its end, over all the requests that it serves. Internal to this folder.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

using CURL = void;  // as libcurl declares it

namespace wardend::http {

namespace asio = boost::asio;

class CurlSockets {
 public:
  // Called with a socket and CURL_CSELECT_IN or CURL_CSELECT_OUT, never from within libcurl.
  using Ready = std::function<void(int fd, int events)>;
  CurlSockets(asio::io_context& loop, Ready ready) : loop_(loop), ready_(std::move(ready)) {}
  CurlSockets(const CurlSockets&) = delete;
  CurlSockets& operator=(const CurlSockets&) = delete;
  ~CurlSockets() { let_go(); }

  // Of a multi handle, before anything is sent. It goes before this does.
  void attach(CURL* multi);
  // Of an easy handle: its sockets are opened and closed here.
  void attach_to_request(CURL* easy);

  [[nodiscard]] std::vector<int> waited_for() const;
  // Waits for none any more. They stay libcurl's.
  void let_go();

 private:
  struct Watch;
  struct Hooks;  // that libcurl calls

  void want(int fd, int what);
  void listen(const std::shared_ptr<Watch>& watch);
  void let_go(int fd);

  asio::io_context& loop_;
  Ready ready_;
  std::unordered_map<int, std::shared_ptr<Watch>> watches_;
  std::unordered_set<int> opened_;  // here: their end is told. Of others it is not, so that they are let go each time
};

}  // namespace wardend::http
