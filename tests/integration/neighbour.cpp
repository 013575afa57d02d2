#include "tests/integration/neighbour.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "base/file_descriptor.hpp"

namespace wardend::test {
namespace {

int connect_to(const Voice& voice, int flags) {
  const int domain = voice.path.empty() ? AF_INET : AF_UNIX;
  const int fd = ::socket(domain, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  int failed = 0;
  if (domain == AF_UNIX) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    voice.path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    failed = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  } else {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(voice.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    failed = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  if (failed == 0 || errno == EINPROGRESS) return fd;
  ::close(fd);
  return -1;
}

class Choir {
 public:
  explicit Choir(const std::vector<Voice>& voices) : voices_(voices), poll_(::epoll_create1(0)) {
    for (std::size_t v = 0; v < voices_.size(); ++v) {
      for (std::size_t i = 0; i < voices_[v].connections; ++i) singers_.push_back({.voice = v});
      if (voices_[v].then == Voice::Then::leave) patience_ = 0;
    }
    for (std::size_t i = 0; i < singers_.size(); ++i) join(i);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 256> events{};
    for (;;) {
      const int count = ::epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()), patience_);
      for (int i = 0; i < count; ++i) act(events[static_cast<std::size_t>(i)]);
      for (std::size_t i = 0; i < singers_.size(); ++i) {
        if (!singers_[i].socket.valid()) join(i);
        if (voices_[singers_[i].voice].a_byte > std::chrono::milliseconds(0)) say_a_byte(singers_[i]);
      }
    }
  }

 private:
  struct Singer {
    std::size_t voice;
    FileDescriptor socket = {};
    std::size_t sent = 0;
    std::chrono::steady_clock::time_point said = {};  // the last byte of a slow speech
  };

  void join(std::size_t index) {
    Singer& singer = singers_[index];
    const Voice& voice = voices_[singer.voice];
    singer.sent = 0;
    singer.socket = FileDescriptor(connect_to(voice, SOCK_NONBLOCK));
    if (!singer.socket.valid()) return;
    if (voice.speech.empty() && voice.then == Voice::Then::leave) return singer.socket.reset();
    watch(index, EPOLL_CTL_ADD, !voice.speech.empty() && voice.a_byte == std::chrono::milliseconds(0));
  }

  void say_a_byte(Singer& singer) {
    const Voice& voice = voices_[singer.voice];
    const auto now = std::chrono::steady_clock::now();
    if (!singer.socket.valid() || singer.sent >= voice.speech.size() || now - singer.said < voice.a_byte) return;
    singer.said = now;
    if (::send(singer.socket.get(), voice.speech.data() + singer.sent, 1, MSG_NOSIGNAL) == 1) ++singer.sent;
  }

  void watch(std::size_t index, int how, bool speaks) {
    const Voice& voice = voices_[singers_[index].voice];
    epoll_event wanted{};
    wanted.events = EPOLLHUP;
    if (speaks) wanted.events |= EPOLLOUT;
    if (voice.answers == Voice::Answers::read) wanted.events |= EPOLLIN;
    wanted.data.u64 = index;
    ::epoll_ctl(poll_.get(), how, singers_[index].socket.get(), &wanted);
  }

  void act(const epoll_event& event) {
    const std::size_t index = event.data.u64;
    Singer& singer = singers_[index];
    if (!singer.socket.valid()) return;
    if ((event.events & (EPOLLHUP | EPOLLERR)) != 0) return singer.socket.reset();
    static std::array<char, 65536> heard{};
    if ((event.events & EPOLLIN) != 0 && ::recv(singer.socket.get(), heard.data(), heard.size(), 0) == 0)
      return singer.socket.reset();
    if ((event.events & EPOLLOUT) != 0) speak(index);
  }

  void speak(std::size_t index) {
    Singer& singer = singers_[index];
    const Voice& voice = voices_[singer.voice];
    const ssize_t sent =
        ::send(singer.socket.get(), voice.speech.data() + singer.sent, voice.speech.size() - singer.sent, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return singer.socket.reset();
    if (sent > 0) singer.sent += static_cast<std::size_t>(sent);
    if (singer.sent < voice.speech.size()) return;
    singer.sent = 0;
    if (voice.then == Voice::Then::hold) watch(index, EPOLL_CTL_MOD, false);
    if (voice.then == Voice::Then::leave) singer.socket.reset();
  }

  std::vector<Voice> voices_;
  FileDescriptor poll_;
  std::vector<Singer> singers_;
  int patience_ = 20;  // milliseconds until those who were cut off connect anew
};

// Only the effective user changes: the kernel tells that one to whoever accepts.
[[noreturn]] void be_many(uid_t first, std::size_t users, const std::filesystem::path& path,
                          const std::string& speech) {
  const Voice door{.path = path};
  for (;;)
    for (uid_t uid = first; uid < first + users; ++uid) {
      ::syscall(SYS_setresuid, -1, uid, -1);
      const FileDescriptor socket(connect_to(door, 0));
      if (socket.valid()) (void)::send(socket.get(), speech.data(), speech.size(), MSG_NOSIGNAL);
      ::syscall(SYS_setresuid, -1, 0, -1);
    }
}

// True in the child.
bool part(pid_t& pid) {
  pid = ::fork();
  if (pid != 0) return false;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setpriority(PRIO_PROCESS, 0, 5);  // a hostile user may be slow; the machine's processors are few
  return true;
}

}  // namespace

Neighbour::Neighbour(uid_t uid, const std::vector<Voice>& voices) {
  if (!part(pid_)) return;
  if (::setgid(uid) != 0 || ::setuid(uid) != 0) ::_exit(1);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // forgotten when the user changes
  Choir(voices).run();
}

Neighbour::Neighbour(uid_t first, std::size_t users, const std::filesystem::path& path, const std::string& speech) {
  if (part(pid_)) be_many(first, users, path, speech);
}

Neighbour::~Neighbour() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::string frame_of(const std::string& method, const std::string& parameters) {
  return R"({"method":")" + method + R"(","parameters":)" + parameters + "}" + '\0';
}

}  // namespace wardend::test
