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
  for (const Answered& row :
       {Answered{200, Kind::answered, ""}, Answered{404, Kind::answered, ""}, Answered{401, Kind::answered, ""},
        Answered{500, Kind::failing, "the server answers HTTP 500: ask its administrators"},
        Answered{503, Kind::failing, "the server answers HTTP 503: ask its administrators"},
        Answered{511, Kind::failing,
                 "the network here wants a sign-in (HTTP 511): open any web page and sign in, or ask IT"},
        Answered{408, Kind::failing, "the server answers HTTP 408: ask its administrators"},
        Answered{429, Kind::inconclusive, "the server asks for fewer requests (HTTP 429): wardend asks less often"},
        Answered{425, Kind::inconclusive, "the server asks for fewer requests (HTTP 425): wardend asks less often"}}) {
    HttpResponse response{.status = row.status, .elapsed = 7ms};
    response.certificate_expires_at = WallTime(std::chrono::seconds(9));
    const LinkEvidence evidence = evidence_of(response);
    EXPECT_EQ(evidence.kind, row.kind) << row.status;
    EXPECT_EQ(evidence.detail, row.detail) << row.status;
    EXPECT_EQ(evidence.latency, 7ms) << row.status;
    EXPECT_EQ(evidence.certificate_expires_at, WallTime(std::chrono::seconds(9))) << row.status;
  }
}

TEST(LinkEvidence, OfACertificateNamesWhatIsWrongWithItAndWhoMendsThat) {
  const auto told = [](const char* detail) {
    return evidence_of(HttpFailure{.kind = HttpFailure::Kind::tls, .detail = detail}).detail;
  };
  EXPECT_TRUE(told("SSL certificate problem: certificate has expired").contains("administrators renew it"));
  EXPECT_TRUE(told("SSL certificate problem: certificate is not yet valid").contains("not valid yet: check the clock"));
  EXPECT_TRUE(told("SSL: no alternative certificate subject name matches target host name 'ehr.example.org'")
                  .contains("is another server's: check fhir_base_url"));
  EXPECT_TRUE(told("SSL certificate problem: unable to get local issuer certificate")
                  .contains("is not trusted: check ca_file and the clock (SSL certificate problem: unable to get"));
}

TEST(LinkEvidence, OfAConnectionSaysHowFarItCame) {
  const auto told = [](HttpFailure::Kind kind, bool sent, const char* detail) {
    return evidence_of(HttpFailure{.kind = kind, .request_sent = sent, .detail = detail});
  };
  using Failure = HttpFailure::Kind;
  EXPECT_TRUE(told(Failure::network, false, "refused").detail.contains("cannot be reached (refused)"));
  EXPECT_TRUE(told(Failure::network, true, "Empty reply").detail.contains("gave no whole answer (Empty reply)"));
  EXPECT_TRUE(told(Failure::network, true, "Received HTTP/0.9 when not allowed").detail.contains("is no web server"));
  const LinkEvidence cut = told(Failure::handshake, false, "Recv failure: Connection reset by peer");
  EXPECT_TRUE(cut.detail.contains("ends before TLS is agreed on (Recv failure"));
  EXPECT_EQ(cut.remedy, LinkEvidence::Remedy::time);
  const LinkEvidence plain = told(Failure::handshake, false, "error:0A00010B:SSL routines::wrong version number");
  EXPECT_TRUE(plain.detail.contains("check scheme and port of fhir_base_url"));
  EXPECT_EQ(plain.remedy, LinkEvidence::Remedy::people);
  EXPECT_TRUE(told(Failure::handshake, false, "error:0A00042E:SSL routines::tlsv1 alert protocol version")
                  .detail.contains("offers TLS 1.2 or later"));
}

TEST(LinkEvidence, OfAPageWhereTokensShouldBeIsNone) {
  const auto of = [](int status, const char* body) {
    return evidence_of_tokens(HttpResponse{.status = status, .body = Secret(body)}).kind;
  };
  EXPECT_EQ(of(200, "<html>Sign in to the guest network</html>"), Kind::failing);
  EXPECT_EQ(of(200, " \n<!DOCTYPE html>"), Kind::failing);
  EXPECT_EQ(of(200, R"({"access_token":"<"})"), Kind::answered);
  EXPECT_EQ(of(200, ""), Kind::answered) << "odd, and nobody else's";
  EXPECT_EQ(of(400, "<html>"), Kind::answered) << "no verdict on the link";
  EXPECT_EQ(of(503, "<html>"), Kind::failing);
  EXPECT_EQ(of(429, "<html>"), Kind::inconclusive);
}

TEST(LinkEvidence, OfASlowAnswerIsThatItLivesAndIsSlow) {
  EXPECT_EQ(evidence_of(HttpResponse{.status = 200, .elapsed = 1999ms}).kind, Kind::answered);
  const LinkEvidence slow = evidence_of(HttpResponse{.status = 200, .elapsed = 3900ms});
  EXPECT_EQ(slow.kind, Kind::slow);
  EXPECT_TRUE(shows_life(slow));
  EXPECT_EQ(slow.detail, "the server takes 3 seconds for an answer: see whether it is slow for other programs too");
  EXPECT_EQ(evidence_of(HttpResponse{.status = 500, .elapsed = 9s}).kind, Kind::failing);
}

TEST(LinkEvidence, HasForHowLongTheServerWantsToBeLeftAlone) {
  const auto quiet = [](int status, const char* wish) {
    HttpResponse response{.status = status};
    if (*wish != 0) response.headers.emplace_back("retry-after", wish);
    return evidence_of(response).quiet;
  };
  EXPECT_EQ(quiet(429, "120"), Duration(120s));
  EXPECT_EQ(quiet(429, ""), Duration(60s)) << "it did not say";
  EXPECT_EQ(quiet(503, "300"), Duration(300s));
  EXPECT_EQ(quiet(503, ""), Duration::zero());
  EXPECT_EQ(quiet(500, "300"), Duration::zero()) << "no maintenance";
  EXPECT_EQ(quiet(200, "300"), Duration::zero());
}

TEST(LinkEvidence, IsNoneInWhatACacheHasKept) {
  const auto kept = [](const char* name, const char* value) {
    return is_from_cache({.status = 200, .headers = {{name, value}}});
  };
  EXPECT_TRUE(kept("age", "1"));
  EXPECT_TRUE(kept("age", "3600"));
  EXPECT_TRUE(kept("warning", "110 proxy \"Response is Stale\""));
  EXPECT_TRUE(kept("warning", "111 - \"Revalidation Failed\""));
  EXPECT_FALSE(kept("age", "0"));
  EXPECT_FALSE(kept("warning", "199 - \"Miscellaneous\""));
  EXPECT_FALSE(is_from_cache({.status = 200}));
}

TEST(LinkEvidence, OfAFailureTellsABadCertificateFromADownServer) {
  const auto of = [](HttpFailure::Kind kind) { return evidence_of(HttpFailure{kind, true, "why"}); };
  EXPECT_EQ(of(HttpFailure::Kind::network).kind, Kind::unreachable);
  EXPECT_EQ(of(HttpFailure::Kind::timeout).kind, Kind::unreachable);
  EXPECT_EQ(of(HttpFailure::Kind::tls).kind, Kind::untrusted) << "security, not downtime";
  EXPECT_EQ(of(HttpFailure::Kind::abandoned).kind, Kind::inconclusive) << "we slept: that says nothing of the server";
  EXPECT_EQ(of(HttpFailure::Kind::abandoned).detail, "");
}

// Waiting helps against an outage; a mistake stays until somebody mends it.
TEST(LinkEvidence, SaysInASentenceWhatToDoAndWhetherWaitingHelps) {
  using Remedy = LinkEvidence::Remedy;
  struct Failed {
    HttpFailure failure;
    Remedy remedy;
    const char* step;
  };
  for (const auto& [failure, remedy, step] : {
           Failed{
               {HttpFailure::Kind::network, false, "why"}, Remedy::time, "(why): see whether other programs reach it"},
           Failed{{HttpFailure::Kind::network, false, "why", true}, Remedy::time, "why: check the proxy"},
           Failed{{HttpFailure::Kind::timeout, true, "why"}, Remedy::time, "in time: see whether it is slow"},
           Failed{{HttpFailure::Kind::tls, true, "why"}, Remedy::people, "check ca_file and the clock (why)"},
           Failed{{HttpFailure::Kind::handshake, false, "error: x"}, Remedy::people, "(error: x): have the server's"},
           Failed{{HttpFailure::Kind::handshake, false, "why"}, Remedy::time, "(why): see whether other"},
           Failed{{HttpFailure::Kind::too_large, true, "why"}, Remedy::people, "ask its administrators"},
       }) {
    EXPECT_NE(evidence_of(failure).detail.find(step), std::string::npos) << evidence_of(failure).detail;
    EXPECT_EQ(evidence_of(failure).remedy, remedy) << step;
  }
}

TEST(LinkEvidence, OfARequestIsThatOfItsEnd) {
  EXPECT_EQ(evidence_of(std::expected<HttpResponse, HttpFailure>(HttpResponse{.status = 200})).kind, Kind::answered);
  EXPECT_EQ(evidence_of(std::expected<HttpResponse, HttpFailure>(
                            std::unexpected(HttpFailure{HttpFailure::Kind::network, false, "x"})))
                .kind,
            Kind::unreachable);
}

// Two records that a server cannot give must not take it down for everybody.
TEST(LinkEvidence, OfOneRecordLeavesOutWhatBefellThatRecord) {
  using Failure = HttpFailure::Kind;
  struct Row {
    HttpFailure failure;
    std::optional<Kind> kind;
  };
  for (const Row& row : {Row{{.kind = Failure::network, .request_sent = true, .detail = "Weird reply"}, std::nullopt},
                         Row{{.kind = Failure::timeout, .request_sent = true}, std::nullopt},
                         Row{{.kind = Failure::too_large, .request_sent = true}, std::nullopt},
                         Row{{.kind = Failure::network, .request_sent = false}, Kind::unreachable},
                         Row{{.kind = Failure::timeout, .request_sent = false}, Kind::unreachable},
                         Row{{.kind = Failure::handshake, .request_sent = false}, Kind::unreachable},
                         Row{{.kind = Failure::tls, .request_sent = false}, Kind::untrusted}}) {
    const auto evidence = evidence_of_record(row.failure);
    EXPECT_EQ(evidence ? std::optional(evidence->kind) : std::nullopt, row.kind) << static_cast<int>(row.failure.kind);
  }
  EXPECT_FALSE(evidence_of_record(HttpResponse{.status = 500}));
  EXPECT_FALSE(evidence_of_record(HttpResponse{.status = 408}));
  EXPECT_EQ(evidence_of_record(HttpResponse{.status = 200})->kind, Kind::answered);
  EXPECT_EQ(evidence_of_record(HttpResponse{.status = 404})->kind, Kind::answered);
  EXPECT_EQ(evidence_of_record(HttpResponse{.status = 429})->kind, Kind::inconclusive);
}

}  // namespace
}  // namespace wardend::server
