#include "tests/integration/honest.hpp"

#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>

#include "systemd/priority.hpp"
#include "tests/integration/neighbour.hpp"
#include "tests/integration/wire.hpp"

namespace wardend::test {
namespace {

using Steady = std::chrono::steady_clock;

std::int64_t nanoseconds() { return Steady::now().time_since_epoch().count(); }

double milliseconds_since(Steady::time_point begun) {
  return std::chrono::duration<double, std::milli>(Steady::now() - begun).count();
}

double mebibytes(const std::filesystem::path& file) {
  std::error_code none;
  const auto size = std::filesystem::file_size(file, none);
  return none ? 0 : static_cast<double>(size) / (1024.0 * 1024);
}

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.string().copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

std::string said(const client::Outcome<nlohmann::json>& answer) {
  return answer ? answer->dump().substr(0, 200) : answer.error().error + " " + answer.error().detail;
}

}  // namespace

double Times::share(double of) const {
  if (milliseconds.empty()) return 0;
  auto sorted = milliseconds;
  std::ranges::sort(sorted);
  return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(of * static_cast<double>(sorted.size())))];
}

Watchdog::Watchdog(const std::filesystem::path& folder)
    : address_((folder / "notify.sock").string()), socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  const sockaddr_un address = address_of(address_);
  ::unlink(address_.c_str());
  EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
}

Watchdog::~Watchdog() {
  over_ = true;
  ::shutdown(socket_.get(), SHUT_RDWR);
  if (listener_.joinable()) listener_.join();
}

std::vector<std::string> Watchdog::environment() const {
  const auto limit = std::chrono::duration_cast<std::chrono::microseconds>(2 * interval);
  return {"NOTIFY_SOCKET=" + address_, "WATCHDOG_USEC=" + std::to_string(limit.count())};
}

void Watchdog::begin() {
  std::array<char, 4096> old{};
  while (::recv(socket_.get(), old.data(), old.size(), MSG_DONTWAIT) > 0) {
  }
  last_ = nanoseconds();
  listener_ = std::thread([this] { listen(); });
}

void Watchdog::listen() {
  const timeval patience{.tv_sec = 0, .tv_usec = 100'000};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::array<char, 4096> text{};
  while (!over_) {
    const ssize_t size = ::recv(socket_.get(), text.data(), text.size(), 0);
    if (size <= 0 || !std::string_view(text.data(), static_cast<std::size_t>(size)).contains("WATCHDOG=1")) continue;
    const std::int64_t now = nanoseconds();
    worst_ = std::max(worst_.load(), now - last_.exchange(now));
  }
}

double Watchdog::latest() {
  const std::int64_t gap = std::max(worst_.load(), nanoseconds() - last_.load());
  return std::max(0.0, static_cast<double>(gap) / 1e6 - static_cast<double>(interval.count()));
}

Echo::Echo(const std::filesystem::path& folder) : path_(folder / "echo.sock") {
  const sockaddr_un address = address_of(path_);
  const FileDescriptor door(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(::bind(door.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::listen(door.get(), 128), 0);
  pid_ = ::fork();
  if (pid_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  (void)systemd::come_before_users();
  std::array<char, 256> text{};
  for (;;) {
    const FileDescriptor guest(::accept4(door.get(), nullptr, nullptr, SOCK_CLOEXEC));
    const ssize_t size = ::recv(guest.get(), text.data(), text.size(), 0);
    if (size > 0) (void)::send(guest.get(), text.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
  }
}

Echo::~Echo() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  ::unlink(path_.c_str());
}

bool Echo::ask() const {
  const sockaddr_un address = address_of(path_);
  const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  std::array<char, 200> text{};
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
         ::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL) > 0 &&
         ::recv(socket.get(), text.data(), text.size(), 0) > 0;
}

Honest::Honest(const Site& site, std::string session, std::vector<nlohmann::json> others)
    : site_(site), echo_(site.folder()), session_(std::move(session)), others_(std::move(others)) {
  start([this] { ask_kept(); });
  start([this] { ask_fresh(); });
  start([this] { report(); });
  start([this] { ask_gateway(); });
  start([this] { ask_echo(); });
}

// A caller of ordinary priority would wait for a processor that the attackers have, and its figures would tell of that.
void Honest::start(std::function<void()> work) {
  threads_.emplace_back([work = std::move(work)] {
    (void)systemd::come_before_users();
    work();
  });
}

void Honest::end() {
  over_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Honest::ask_kept() {
  auto client = client::Client::connect(site_.folder() / "broker.sock");
  while (!over_) {
    const auto begun = Steady::now();
    const auto answer = client ? client->call("org.wardend.Broker.GetToken", {{"session", session_}})
                               : client::Outcome<nlohmann::json>(std::unexpected(client.error()));
    kept.milliseconds.push_back(milliseconds_since(begun));
    if (!answer) {
      ++kept.wrong;
      kept.example = said(answer);
      client = client::Client::connect(site_.folder() / "broker.sock");
    }
    std::this_thread::sleep_for(1ms);
  }
}

void Honest::ask_fresh() {
  while (!over_) {
    const auto begun = Steady::now();
    auto client = client::Client::connect(site_.folder() / "broker.sock");
    const auto answer = client ? client->call("org.wardend.Broker.GetToken", {{"session", session_}})
                               : client::Outcome<nlohmann::json>(std::unexpected(client.error()));
    fresh.milliseconds.push_back(milliseconds_since(begun));
    if (!answer) {
      ++fresh.wrong;
      fresh.example = said(answer);
    }
    std::this_thread::sleep_for(3ms);
  }
}

void Honest::report() {
  for (std::size_t i = 0; !over_; ++i) {
    report_at("lock.sock", others_[i % others_.size()], locks);
    std::this_thread::sleep_for(5ms);
    report_at("control.sock", others_[i % others_.size()], locks_at_control);
    std::this_thread::sleep_for(5ms);
  }
}

void Honest::report_at(const char* socket, const nlohmann::json& target, Times& times) const {
  const auto begun = Steady::now();
  auto agent = client::Client::connect(site_.folder() / socket);
  const auto answer = agent
                          ? agent->call("org.wardend.Control.ReportLock", {{"reason", "ehr_lock"}, {"target", target}})
                          : client::Outcome<nlohmann::json>(std::unexpected(agent.error()));
  times.milliseconds.push_back(milliseconds_since(begun));
  const bool heard = answer || answer.error().error.ends_with(".InvalidTarget");  // it fits nobody
  if (heard) return;
  ++times.wrong;
  times.example = said(answer);
}

void Honest::ask_gateway() {
  const std::string search =
      "GET /fhir/" + session_ + "/Observation?patient=patient-1 HTTP/1.1\r\nHost: wardend\r\n\r\n";
  std::optional<Wire> wire(std::in_place, site_);
  while (!over_) {
    const auto begun = Steady::now();
    wire->put(search);
    const std::string answer = wire->answer();
    gateway.milliseconds.push_back(milliseconds_since(begun));
    if (!answer.starts_with("HTTP/1.1 200 ")) {
      ++gateway.wrong;
      gateway.example = "after " + std::to_string(gateway.milliseconds.back()) + " ms: " + answer.substr(0, 600);
      wire.emplace(site_);
    }
    std::this_thread::sleep_for(10ms);
  }
}

void Honest::ask_echo() {
  while (!over_) {
    const auto begun = Steady::now();
    const bool answered = echo_.ask();
    echoes.milliseconds.push_back(milliseconds_since(begun));
    if (!answered) ++echoes.wrong;
    std::this_thread::sleep_for(5ms);
  }
}

Unread::Unread(const std::filesystem::path& socket, const std::string& session)
    : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const sockaddr_un address = address_of(socket);
  EXPECT_EQ(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const std::string call = frame_of("org.wardend.Broker.GetToken", R"({"session":")" + session + "\"}");
  for (int i = 0; i < 800; ++i)
    if (::send(socket_.get(), call.data(), call.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) break;
  std::this_thread::sleep_for(100ms);
}

void Unread::mark() {
  int size = 0;
  ::ioctl(socket_.get(), FIONREAD, &size);
  in_time_ = static_cast<std::size_t>(size);
}

std::string Unread::late() {
  const timeval patience{.tv_sec = 0, .tv_usec = 200'000};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::string all;
  std::array<char, 65536> piece{};
  for (ssize_t size = 0; (size = ::recv(socket_.get(), piece.data(), piece.size(), 0)) > 0;)
    all.append(piece.data(), static_cast<std::size_t>(size));
  return all.substr(std::min(all.size(), in_time_));
}

Weight weigh(Site& site) {
  Weight weight{.audit = mebibytes(site.audit())};
  for (const auto& file : std::filesystem::directory_iterator(site.folder()))
    if (file.path().filename().string().starts_with("log-")) weight.log += mebibytes(file.path());
  const auto descriptors = std::filesystem::directory_iterator("/proc/" + std::to_string(site.wardend().pid()) + "/fd");
  weight.descriptors = static_cast<std::size_t>(std::distance(begin(descriptors), end(descriptors)));
  std::ifstream status("/proc/" + std::to_string(site.wardend().pid()) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) weight.memory = std::stod(line.substr(6)) / 1024;
  return weight;
}

}  // namespace wardend::test
