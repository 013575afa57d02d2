// The keys of clients that authenticate with assertions: made for these tests and used nowhere else.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>

namespace wardend::test {

inline constexpr const char* first_key =
    R"({"kty":"EC","crv":"P-384","kid":"app-1","alg":"ES384","use":"sig","x":"GgU4bI8ZdKocmVAEPTfm4q4oBDYGmACnzl-_EkGvXziqDtWbjV8ZH3AEagHYRt0x","y":"uVmHkKdqz4gUm_-Jag9LJnA0U2Hsq0X6zRVDxdkC_qTb-I5qwxc7Pp25QGwBllJW","d":"GruBnm3wkfoxCsPq9eb7SDEdUvSP4AicQKua1u5fkS0ZSAveRsv4-iT83mnPTLpp"})";
inline constexpr const char* second_key =
    R"({"kty":"EC","crv":"P-384","kid":"app-2","alg":"ES384","use":"sig","x":"2cMNf4_YV_nwVJW8QVFjd35dMJRLhtmpvMDNsOhXWsvPeHiT_ncKjVm13F3Ztva2","y":"FsfGIj-ea4WJbocxo1E6pDk11ApeaDRHieKCGLX__51gV88l_WBOCQmSjVHb9MJJ","d":"NsaYMhfo7auu9vNpi3veRU_9WsRwDIiDStvKIO0WXiLIpFz6J64j_Gjrwq5xrTk-"})";
inline constexpr const char* rsa_key =
    R"({"kty":"RSA","kid":"app-3","alg":"RS384","use":"sig","n":"t3joa-TWaGy3NK5O5jx6doMek9qM52j9XZB7DUS5YBkx4BTROPFZsg5i5Yka-2DPCY7NfpRYwyEu3TG3lzH7Dug61aq0U3utSPyD8LgWdBshE8ZisYfU-60Sf-OyB-KDeD3pKKRmytcB6OW_I1U6q7E48XyLDLET14sf0a3IubF3l3HQLTx3xozrmacNqIqc7irWtFqOIq9V-ht2uzx3j-OKsIzacbDRz08xXE4yuiO2A86_EF1iJUwwgRV5cg3pr5GEu8tk_ECemNLl3FFF1-ksKpZAuwhxlb3jKt_ptSF6959K1KsLJV818kCGPy5R0CGsebwQA51iVZn2whgJ6Q","e":"AQAB","d":"BzUWOErUi2Sd69FfIxdEHky3UkqXF24d6eOHmfVVrOtAdNOMhoagpeh_xRGWQELEz1TPSMYuGHhAvYq68hMSEDtaOFOM4uysWX4l9rpck3IPYhX8gYna-YoKfICm2T1yObKA6spOiXBZ0FraH9q0w9Lh8EaatcRtCZ4bAWMoy_aWKcIM_lKj_Mcj76bFEsdhcbGHGD7T0d7ZeQxLU9OFX09VnsnVzJPJ__n_-9wRjzsfnAOTAhrDCbmFWs6W8MrtW8nld8S-iZSD7geScLcvL9Rgnhjk4pMTveYx4Ty1Jt27ye9_0k-N_-66vyu2iOsv8Aiv5R3vgAH8MDP4ImHOww","p":"7Tuf_mFi5qMWyKJPO9VPrair7xDadoSkoCuMwmEjP0YUtlm-qO_Ws-rokgK41Mwe5Q3SbPT5xMHhkh8R4jkbOH3fkWQ7xRldoxH235i0DSdtVoh4HRW5tWM9dnrVC5jiEazAAxvXcUnblxcFbFx-vKNQsx2tLrJejkffPtRepK8","q":"xfyJs-2YZ652HYSSkH2FMRdcH363bB5ylmUgvWOCpyCe269odfppDKnIbCdpkrNurr2vpxuPpq_gpGp4wJmQYkUCnjUvPWleoZTt-c5Q6dWqrKr3aQ5EUAMtEZw-7w6WJ4xF35SxkBBxAg3yl1ySwqU4ywqi4VKwUOC3806hkOc","dp":"r96ZENOPp13WgSzawoezxxEZTWTYIC7bgKZodp3erIS-zCSiFMmhCMaoXb5I2fDtIm_pxL6j_7qgCFyiPGyLgojGWhnNuaPBaCfkNgUVzf6hrxoCucUmZJNKuG_9StivF91Sh7t3L1RKx6rYaWn0xtHn_LGOduTi9mXP2dtEwp8","dq":"SOV8xhTbIoGn16JyXGT632JcdvQvEM39HsbJUTIMbwChvP1OlvHGL_VrZ_by9iK-w_PvcrXBJHxpV-Aj6bYg5S3Hkvy-Efxz7UZqgKmoPRCAsOaaBcJNALDKrUs8GMTkIFeTeojC_-ot0bXU9koNd0FiMdAOvKu3Y2_6CsmOz00","qi":"JmyxdjL7DEF8DDO7e42YPwuLWVm-pY3-FQ-OpEI5PEOD9k4N2UYUo9IT0F1ymbTMQX5VUeOlP49xh0qoI8GkMxKih2xFzQgNUZUdcfulnPyde73BoTrAHc8GdvDCnvKLSYF6fNlOf6jKQh1WYbKMY4W70xrJT1aylFb7aDUz2Zk"})";

// The key set that is registered at a server: the public halves.
inline nlohmann::json public_halves(std::initializer_list<const char*> private_keys) {
  nlohmann::json keys = nlohmann::json::array();
  for (const char* text : private_keys) {
    nlohmann::json key = nlohmann::json::parse(text);
    for (const char* secret : {"d", "p", "q", "dp", "dq", "qi"}) key.erase(secret);
    keys.push_back(std::move(key));
  }
  return {{"keys", std::move(keys)}};
}

}  // namespace wardend::test
