#include "daemon/server/link_evidence.hpp"

#include <gtest/gtest.h>

namespace wardend::server {
namespace {

using Kind = LinkEvidence::Kind;

struct Answered {
  int status;
  Kind kind;
  const char* detail;
};

TEST(LinkEvidence, OfAnAnswerIsByItsStatus) {
  for (const Answered& row : {Answered{200, Kind::answered, ""}, Answered{404, Kind::answered, ""},
                              Answered{401, Kind::answered, ""}, Answered{500, Kind::failing, "HTTP 500"},
                              Answered{503, Kind::failing, "HTTP 503"}, Answered{408, Kind::failing, "HTTP 408"},
                              Answered{429, Kind::inconclusive, ""}, Answered{425, Kind::inconclusive, ""}}) {
    HttpResponse response{.status = row.status, .elapsed = 7ms};
    response.certificate_expires_at = WallTime(std::chrono::seconds(9));
    const LinkEvidence evidence = evidence_of(response);
    EXPECT_EQ(evidence.kind, row.kind) << row.status;
    EXPECT_EQ(evidence.detail, row.detail) << row.status;
    EXPECT_EQ(evidence.latency, 7ms) << row.status;
    EXPECT_EQ(evidence.certificate_expires_at, WallTime(std::chrono::seconds(9))) << row.status;
  }
}

TEST(LinkEvidence, OfAFailureTellsABadCertificateFromADownServer) {
  const auto of = [](HttpFailure::Kind kind) { return evidence_of(HttpFailure{kind, true, "why"}); };
  EXPECT_EQ(of(HttpFailure::Kind::network).kind, Kind::unreachable);
  EXPECT_EQ(of(HttpFailure::Kind::timeout).kind, Kind::unreachable);
  EXPECT_EQ(of(HttpFailure::Kind::tls).kind, Kind::untrusted) << "security, not downtime";
  EXPECT_EQ(of(HttpFailure::Kind::tls).detail, "why");
  EXPECT_EQ(of(HttpFailure::Kind::handshake).kind, Kind::unreachable);
  EXPECT_EQ(of(HttpFailure::Kind::handshake).detail,
            "no TLS connection came about: it must offer TLS 1.2 or later (why)");
  EXPECT_EQ(of(HttpFailure::Kind::abandoned).kind, Kind::inconclusive) << "we slept: that says nothing of the server";
  EXPECT_EQ(of(HttpFailure::Kind::abandoned).detail, "");
}

TEST(LinkEvidence, OfARequestIsThatOfItsEnd) {
  EXPECT_EQ(evidence_of(std::expected<HttpResponse, HttpFailure>(HttpResponse{.status = 200})).kind, Kind::answered);
  EXPECT_EQ(evidence_of(std::expected<HttpResponse, HttpFailure>(
                            std::unexpected(HttpFailure{HttpFailure::Kind::network, false, "x"})))
                .kind,
            Kind::unreachable);
}

}  // namespace
}  // namespace wardend::server
