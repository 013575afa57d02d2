#include "daemon/http/content_coding.hpp"

#include <gtest/gtest.h>

namespace wardend::http {
namespace {

enum Window { gzip = 15 + 16, zlib = 15, raw = -15 };

std::string packed(const std::string& text, int window) {
  z_stream stream{};
  EXPECT_EQ(::deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(::deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  ::deflateEnd(&stream);
  return out;
}

struct Undone {
  std::string body;
  std::string left;
};
Undone undo(const std::string& name, std::string_view body, std::size_t piece) {
  ContentCoding coding(name);
  Undone undone;
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size())))
    EXPECT_TRUE(coding.undo(body.substr(0, piece), [&](std::string_view plain) {
      undone.body += plain;
      return true;
    }));
  undone.left = coding.left();
  return undone;
}

const std::string text =
    R"({"access_token":"a-1","refresh_token":"r-1","padding":")" + std::string(40'000, 'x') + "\"}";

struct Case {
  const char* name;
  const char* coding;
  std::string body;
  std::string wanted = text;
  const char* left = "";
};
class Coded : public ::testing::TestWithParam<Case> {};

TEST_P(Coded, IsReadWhateverThePieces) {
  const Case& it = GetParam();
  for (const std::size_t piece : {std::size_t(1), std::size_t(7), std::size_t(1'000'000)}) {
    const Undone undone = undo(it.coding, it.body, piece);
    EXPECT_EQ(undone.body, it.wanted) << piece;
    EXPECT_EQ(undone.left, it.left) << piece;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Coded,
                         ::testing::Values(Case{"None", "", text}, Case{"Identity", "identity", text},
                                           Case{"Gzip", "gzip", packed(text, gzip)},
                                           Case{"GzipInCapitals", "GZip", packed(text, gzip)},
                                           Case{"XGzip", "x-gzip", packed(text, gzip)},
                                           Case{"Deflate", "deflate", packed(text, zlib)},
                                           Case{"DeflateBare", "deflate", packed(text, raw)},
                                           Case{"DeflateThatIsGzip", "deflate", packed(text, gzip)},
                                           Case{"TwoLayers", "deflate, gzip", packed(packed(text, zlib), gzip)},
                                           Case{"TwoLayersOfOneKind", "gzip,gzip", packed(packed(text, gzip), gzip)},
                                           Case{"IdentityBeside", "gzip, identity", packed(text, gzip)},
                                           Case{"WithAParameter", "gzip;q=1", packed(text, gzip)},
                                           Case{"BrotliThatIsGzip", "br", packed(text, gzip)},
                                           Case{"TooManyLayers", "a, b, c, d, e", text, text, "a, b, c, d, e"},
                                           Case{"InnerUnknown", "br, gzip", packed(text, gzip), text, "br"},
                                           Case{"TrailingBytes", "gzip", packed(text, gzip) + "\r\n"},
                                           Case{"GzipNamedOnPlainText", "gzip", text, text, "gzip"},
                                           Case{"DeflateNamedOnPlainText", "deflate", text, text, "deflate"},
                                           Case{"Unknown", "aws-chunked", text, text, "aws-chunked"},
                                           Case{"Charset", "UTF-8", text, text, "utf-8"}),
                         [](const auto& test) { return test.param.name; });

TEST(ContentCoding, WhatCameBeforeDamageIsKept) {
  const std::string whole = packed(text, gzip);
  const Undone cut = undo("gzip", std::string_view(whole).substr(0, whole.size() - 12), 100);
  EXPECT_TRUE(cut.body.starts_with(R"({"access_token":"a-1","refresh_token":"r-1")"));
  EXPECT_EQ(cut.left, "gzip");
  std::string damaged = whole;
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 0x55);
  EXPECT_EQ(undo("gzip", damaged, 1000).left, "gzip");
}

TEST(ContentCoding, StopsWhenNoMoreIsTaken) {
  const std::string bomb = packed(std::string(50'000'000, ' '), gzip);
  ContentCoding coding("gzip");
  std::size_t taken = 0;
  EXPECT_FALSE(coding.undo(bomb, [&](std::string_view plain) { return (taken += plain.size()) < 100'000; }));
  EXPECT_LT(taken, 200'000U);
}

TEST(ContentCoding, ShowsNoMoreOfANameThanALine) {
  EXPECT_EQ(ContentCoding(std::string(1000, 'a') + "\r\n").left().size(), 64U);
}

}  // namespace
}  // namespace wardend::http
