// The real channel over TLS: which certificates it takes, and for whom.
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <filesystem>
#include <optional>

#include "base/system_clock.hpp"
#include "daemon/fhircast/websocket_channel.hpp"
#include "tests/support/until.hpp"
#include "tests/unit/fhircast/raw_hub.hpp"

namespace wardend {
namespace {

using Kind = ChannelFailure::Kind;

// A self-signed certificate for "localhost" and its key, in one PEM file that goes with the test.
class Certificate {
 public:
  Certificate() {
    std::string name = (std::filesystem::temp_directory_path() / "wardend-tls-XXXXXX").string();
    const int descriptor = ::mkstemp(name.data());
    path_ = name;
    FILE* file = ::fdopen(descriptor, "w");
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("hub"), -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    add(certificate, NID_basic_constraints, "critical,CA:TRUE");
    add(certificate, NID_subject_alt_name, "DNS:localhost");
    X509_sign(certificate, key, EVP_sha256());
    PEM_write_X509(file, certificate);
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    X509_free(certificate);
    EVP_PKEY_free(key);
    static_cast<void>(std::fclose(file));
  }
  ~Certificate() { std::filesystem::remove(path_); }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  static void add(X509* to, int kind, const char* value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
    X509_add_ext(to, extension, -1);
    X509_EXTENSION_free(extension);
  }
  std::string path_;
};

struct TlsWire : ::testing::Test {
  static constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);
  asio::io_context loop;
  SystemClock clock{loop};
  Certificate certificate;
  asio::ssl::context context{asio::ssl::context::tls_server};
  asio::ip::tcp::acceptor acceptor{loop, {asio::ip::address_v4::loopback(), 0}};
  fhircast::WebSocketChannels channels{loop, clock, {.open_within = 2000ms}};
  std::unique_ptr<ContextChannel> channel = channels.make();
  TaskGroup tasks{loop.get_executor()};
  std::string request;
  std::string server_name;
  std::optional<std::expected<void, ChannelFailure>> opened;
  std::string message;

  TlsWire() {
    context.use_certificate_chain_file(certificate.path());
    context.use_private_key_file(certificate.path(), asio::ssl::context::pem);
    tasks.spawn("hub", serve());
  }
  ~TlsWire() override {
    channel->drop();
    acceptor.close();
    EXPECT_TRUE(until([this] { return tasks.size() == 0; }));
  }
  bool until(const std::function<bool()>& reached) { return test::until(loop, reached); }
  asio::awaitable<void> serve() {
    auto [refused, socket] = co_await acceptor.async_accept(use_tuple);
    if (refused) co_return;
    asio::ssl::stream<asio::ip::tcp::socket> stream(std::move(socket), context);
    const auto [failed] = co_await stream.async_handshake(asio::ssl::stream_base::server, use_tuple);
    if (failed) co_return;
    if (const char* name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name)) server_name = name;
    const auto [error, count] =
        co_await asio::async_read_until(stream, asio::dynamic_buffer(request), "\r\n\r\n", use_tuple);
    if (error) co_return;
    const std::string bytes =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
        test::accept_key(request) + "\r\n\r\n" + test::frame(test::text_frame, "over TLS");
    co_await asio::async_write(stream, asio::buffer(bytes), use_tuple);
    std::string rest;
    co_await asio::async_read(stream, asio::dynamic_buffer(rest), use_tuple);
  }
  asio::awaitable<void> do_open(ChannelAddress address) {
    opened.emplace(co_await channel->open(std::move(address)));
    if (!*opened) co_return;
    if (const auto piece = co_await channel->read()) message = piece->bytes.reveal();
  }
  ChannelFailure failure_to_open(const std::string& host, const std::string& ca_file) {
    open(host, ca_file);
    return opened && !*opened ? opened->error() : ChannelFailure{Kind::closed, "it opened"};
  }
  void open(const std::string& host, const std::string& ca_file) {
    ChannelAddress address{.host = host,
                           .port = std::to_string(acceptor.local_endpoint().port()),
                           .target = Secret("/ws/ticket"),
                           .route = {.ca_file = ca_file}};
    tasks.spawn("open", do_open(std::move(address)));
    EXPECT_TRUE(until([this] { return opened && (!*opened || !message.empty()); }));
  }
};

TEST_F(TlsWire, OpensToAHubWhoseCertificateItsCaFileVouchesFor) {
  open("localhost", certificate.path());
  ASSERT_TRUE(opened && *opened) << (*opened).error().detail;
  EXPECT_EQ(message, "over TLS");
  EXPECT_EQ(server_name, "localhost");
  EXPECT_TRUE(request.starts_with("GET /ws/ticket HTTP/1.1\r\n"));
}

TEST_F(TlsWire, RefusesACertificateForAnotherName) {
  EXPECT_EQ(failure_to_open("127.0.0.1", certificate.path()).kind, Kind::tls);
  EXPECT_EQ(request, "");
}

TEST_F(TlsWire, RefusesACertificateThatNobodyVouchesFor) {
  EXPECT_EQ(failure_to_open("localhost", "").kind, Kind::tls);
  EXPECT_EQ(request, "");
}

}  // namespace
}  // namespace wardend
