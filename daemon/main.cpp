#include "base/wiping_heap.hpp"
#include "daemon/command_line.hpp"
#include "daemon/http/curl_client.hpp"
#include "systemd/protection.hpp"

// libcurl brings GnuTLS along, for RTMP and LDAP, which nobody here speaks: it asks by this name whether to set itself
// up as the program starts. Spec: GnuTLS manual, "Initialization" (GNUTLS_SKIP_GLOBAL_INIT).
extern "C" int _gnutls_global_init_skip();  // NOLINT(bugprone-reserved-identifier): GnuTLS's name
extern "C" int _gnutls_global_init_skip() { return 1; }

int main(int argc, char** argv) {
  wardend::heap::give_back_what_is_freed();
  std::vector<std::string> warnings;
  if (!wardend::heap::adopt_by_openssl()) warnings.emplace_back("OpenSSL keeps an allocator that does not wipe");
  for (std::string& missing : wardend::systemd::protect_process()) warnings.push_back(std::move(missing));
  if (!wardend::http::global_init()) return 1;
  return wardend::run_command_line(argc, argv, warnings);
}
