// Undoes the Content-Encoding of a body while it arrives. Nobody asks for one, and some send one all the same; others
// name one that they do not use. Internal to this folder.
#pragma once

#include <zlib.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wardend::http {

class ContentCoding {
 public:
  // `name`: the value of Content-Encoding, which may be a list; empty: there is none.
  explicit ContentCoding(std::string_view name);

  // Where the body goes; false: it takes no more.
  using Take = std::function<bool(std::string_view)>;
  // Hands on the next bytes of the body without their coding: gzip and deflate where the body is of that form, whatever
  // it is called. All else is handed on as it came. After damage nothing more comes. False: `take` takes no more.
  // Spec: RFC 9110 §8.4, RFC 1950 §2.2, RFC 1952 §2.3.1
  [[nodiscard]] bool undo(std::string_view bytes, const Take& take);

  // Whether a coding is being undone, or could not be to its end: what came of the body is not all of it.
  [[nodiscard]] bool unfinished() const;

  // The codings that were named and not undone to the end; empty: there are none.
  [[nodiscard]] std::string left() const;

 private:
  enum class Form { undecided, as_it_came, packed, ended, damaged };
  struct StreamDeleter {
    void operator()(z_stream* stream) const;
  };
  ContentCoding(std::string name, std::vector<std::string> layers);
  void decide(std::string_view begin);
  [[nodiscard]] bool inflate_some(std::string_view bytes, const Take& take);

  std::string name_;
  std::string outermost_;
  std::unique_ptr<ContentCoding> inner_;  // what was applied before; null: nothing
  Form form_ = Form::as_it_came;
  std::string held_;  // the first byte, while it alone has come
  std::unique_ptr<z_stream, StreamDeleter> stream_;
};

}  // namespace wardend::http
