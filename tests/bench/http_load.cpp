#include "tests/bench/http_load.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "tests/bench/wire.hpp"

namespace wardend::bench {
namespace {

using Now = std::chrono::steady_clock;

constexpr std::size_t read_at_once = 64UL * 1024;

// How long an answer is, head and body, by its head. 0: the head has not come.
std::size_t length_of_answer(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  const std::string_view head = bytes.substr(0, end);
  if (!head.starts_with("HTTP/1.1 200")) throw std::runtime_error(std::string(head));
  const auto length = head.find("-Length: ");
  const auto lower = head.find("-length: ");
  const auto at = std::min(length, lower);
  if (at == std::string_view::npos) throw std::runtime_error("an answer without a length");
  return end + 4 + std::stoul(std::string(head.substr(at + std::string_view("-length: ").size())));
}

// One connection that asks, and counts the bytes of its answers.
class Asking {
 public:
  Asking(const Door& door, const std::string& target) : fd_(connect(door)), target_(target) {}
  [[nodiscard]] int fd() const { return fd_.get(); }
  void ask() {
    head_.clear();
    whole_ = got_ = 0;
    send_get(fd_.get(), target_);
  }
  // Reads what is there, after a wait. Whether the answer has come in full.
  [[nodiscard]] bool read() {
    static std::array<char, read_at_once> bytes;
    const ssize_t count = ::recv(fd_.get(), bytes.data(), bytes.size(), 0);
    if (count <= 0) throw std::runtime_error("the connection was cut");
    got_ += static_cast<std::size_t>(count);
    if (whole_ == 0) {
      head_.append(bytes.data(), static_cast<std::size_t>(count));
      whole_ = length_of_answer(head_);
    }
    return whole_ != 0 && got_ >= whole_;
  }
  [[nodiscard]] std::size_t got() const { return got_; }

 private:
  FileDescriptor fd_;
  std::string target_;
  std::string head_;
  std::size_t whole_ = 0, got_ = 0;
};

}  // namespace

FileDescriptor connect(const Door& door) {
  if (!door.path.empty()) return connect(door.path);
  FileDescriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(door.port);
  const int at_once = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("nobody listens on port " + std::to_string(door.port));
  return fd;
}

void send_get(int fd, const std::string& target) {
  const std::string request = "GET " + target + " HTTP/1.1\r\nHost: wardend\r\nAccept: application/fhir+json\r\n\r\n";
  if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) throw std::runtime_error("not sent");
}

std::vector<double> gets(const Door& door, const std::string& target, std::size_t number) {
  Asking asking(door, target);
  std::vector<double> microseconds;
  microseconds.reserve(number);
  for (std::size_t i = 0; i < number; ++i) {
    const auto begun = Now::now();
    asking.ask();
    while (!asking.read()) {
    }
    microseconds.push_back(std::chrono::duration<double, std::micro>(Now::now() - begun).count());
  }
  return microseconds;
}

double gets_a_second(const Door& door, const std::string& target, std::size_t number, std::size_t connections) {
  std::vector<Asking> all;
  std::vector<pollfd> polled;
  for (std::size_t i = 0; i < connections; ++i) {
    all.emplace_back(door, target);
    polled.push_back({.fd = all.back().fd(), .events = POLLIN, .revents = 0});
  }
  const auto begun = Now::now();
  for (Asking& one : all) one.ask();
  std::size_t asked = connections;
  for (std::size_t answered = 0; answered < number;) {
    if (::poll(polled.data(), polled.size(), -1) < 0) throw std::runtime_error("cannot wait");
    for (std::size_t i = 0; i < connections; ++i) {
      if (polled[i].revents == 0 || !all[i].read()) continue;
      ++answered;
      if (asked++ < number) all[i].ask();
    }
  }
  return static_cast<double>(number) / std::chrono::duration<double>(Now::now() - begun).count();
}

void get_slowly(const Door& door, const std::string& target, double bytes_a_second) {
  Asking asking(door, target);
  const auto begun = Now::now();
  asking.ask();
  while (!asking.read())
    std::this_thread::sleep_until(begun + std::chrono::duration_cast<Now::duration>(std::chrono::duration<double>(
                                              static_cast<double>(asking.got()) / bytes_a_second)));
}

}  // namespace wardend::bench
