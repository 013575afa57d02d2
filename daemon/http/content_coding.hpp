// Undoes the Content-Encoding of a body while it arrives. Nobody asks for one, and some send one all the same; others
// name one that they do not use. Internal to this folder.
#pragma once

#include <zlib.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace wardend::http {

class ContentCoding {
 public:
  // `name`: the value of Content-Encoding; empty: there is none.
  explicit ContentCoding(std::string_view name);

  // Where the body goes; false: it takes no more.
  using Take = std::function<bool(std::string_view)>;
  // Hands on the next bytes of the body without their coding: gzip and deflate where the body is of that form. All else
  // is handed on as it came. After damage nothing more comes. False: `take` takes no more.
  // Spec: RFC 9110 §8.4.1, RFC 1950 §2.2, RFC 1952 §2.3.1
  [[nodiscard]] bool undo(std::string_view bytes, const Take& take);

  // The coding that was named and not undone to the end; empty: there is none.
  [[nodiscard]] std::string left() const;

 private:
  enum class Form { undecided, as_it_came, packed, ended, damaged };
  struct StreamDeleter {
    void operator()(z_stream* stream) const;
  };
  void decide(std::string_view begin);
  [[nodiscard]] bool inflate_some(std::string_view bytes, const Take& take);

  std::string name_;
  Form form_ = Form::as_it_came;
  std::string held_;  // the first byte, while it alone has come
  std::unique_ptr<z_stream, StreamDeleter> stream_;
};

}  // namespace wardend::http
