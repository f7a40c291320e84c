// The field names that the house knows, as small numbers: comparing and looking up costs an integer, not a string.
// Whatever is not in the table is kOther and found by its name. Pure values, any thread.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace gatehouse::http {

enum class FieldId : std::uint8_t {
  kOther,
  kAccept,
  kAcceptEncoding,
  kAcceptLanguage,
  kAcceptRanges,
  kAccessControlAllowCredentials,
  kAccessControlAllowHeaders,
  kAccessControlAllowMethods,
  kAccessControlAllowOrigin,
  kAccessControlExposeHeaders,
  kAccessControlMaxAge,
  kAccessControlRequestHeaders,
  kAccessControlRequestMethod,
  kAge,
  kAllow,
  kAltSvc,
  kAuthenticationInfo,
  kAuthorization,
  kCacheControl,
  kConnection,
  kContentDisposition,
  kContentEncoding,
  kContentLanguage,
  kContentLength,
  kContentLocation,
  kContentRange,
  kContentSecurityPolicy,
  kContentSecurityPolicyReportOnly,
  kContentType,
  kCookie,
  kDate,
  kEarlyData,
  kEtag,
  kExpect,
  kExpires,
  kForwarded,
  kFrom,
  kHost,
  kHttp2Settings,
  kIfMatch,
  kIfModifiedSince,
  kIfNoneMatch,
  kIfRange,
  kIfUnmodifiedSince,
  kKeepAlive,
  kLastModified,
  kLink,
  kLocation,
  kMaxForwards,
  kOrigin,
  kPermissionsPolicy,
  kPragma,
  kPriority,
  kProxy,
  kProxyAuthenticate,
  kProxyAuthenticationInfo,
  kProxyAuthorization,
  kProxyConnection,
  kRange,
  kReferer,
  kReferrerPolicy,
  kRemoteUser,
  kRetryAfter,
  kSecWebsocketAccept,
  kSecWebsocketExtensions,
  kSecWebsocketKey,
  kSecWebsocketProtocol,
  kSecWebsocketVersion,
  kServer,
  kSetCookie,
  kStrictTransportSecurity,
  kTe,
  kTrailer,
  kTransferEncoding,
  kUpgrade,
  kUserAgent,
  kVary,
  kVia,
  kWwwAuthenticate,
  kXContentTypeOptions,
  kXForwardedFor,
  kXForwardedHost,
  kXForwardedMethod,
  kXForwardedPort,
  kXForwardedPrefix,
  kXForwardedProto,
  kXForwardedScheme,
  kXForwardedServer,
  kXForwardedTlsClientCert,
  kXForwardedTlsClientCertInfo,
  kXForwardedUri,
  kXForwardedUser,
  kXFrameOptions,
  kXRealIp,
  kXRequestId,
  kXScheme,
  kXXssProtection,
};
inline constexpr std::size_t kFieldIdCount = static_cast<std::size_t>(FieldId::kXXssProtection) + 1;

// In any case of letters; kOther for a name that is not in the table.
FieldId field_id_of(std::string_view name);

// The same, with '_' read as '-': many applications (CGI, WSGI, PHP) cannot tell X_Forwarded_For from X-Forwarded-For.
FieldId field_id_of_alias(std::string_view name);

// As it is usually written: "Content-Length". Empty for kOther.
std::string_view canonical_name(FieldId id);

// A set of known names.
class FieldIdSet {
 public:
  constexpr FieldIdSet() = default;
  constexpr FieldIdSet(std::initializer_list<FieldId> ids) {
    for (const auto id : ids) insert(id);
  }

  constexpr void insert(FieldId id) { words_[index_of(id) / 64] |= std::uint64_t{1} << (index_of(id) % 64); }
  constexpr void erase(FieldId id) { words_[index_of(id) / 64] &= ~(std::uint64_t{1} << (index_of(id) % 64)); }
  [[nodiscard]] constexpr bool contains(FieldId id) const {
    return (words_[index_of(id) / 64] >> (index_of(id) % 64) & 1) != 0;
  }
  [[nodiscard]] constexpr bool intersects(const FieldIdSet& other) const {
    return ((words_[0] & other.words_[0]) | (words_[1] & other.words_[1])) != 0;
  }
  constexpr void clear() { words_ = {}; }

  friend constexpr FieldIdSet operator|(FieldIdSet a, const FieldIdSet& b) {
    a.words_[0] |= b.words_[0];
    a.words_[1] |= b.words_[1];
    return a;
  }
  friend constexpr bool operator==(const FieldIdSet&, const FieldIdSet&) = default;

 private:
  static constexpr std::size_t index_of(FieldId id) { return static_cast<std::size_t>(id); }
  static_assert(kFieldIdCount <= 128);

  std::array<std::uint64_t, 2> words_{};
};

}  // namespace gatehouse::http
