internal import CCrypto

/// A SHA-256 that is fed piece by piece.
///
/// The corresponding C functions are OpenSSL's `EVP_DigestInit_ex`, `EVP_DigestUpdate` and `EVP_DigestFinal_ex`.
@safe final class Digest {
  private let context: OpaquePointer?
  private var healthy: Bool

  init() {
    unsafe context = EVP_MD_CTX_new()
    healthy = unsafe context != nil && EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  func update(_ bytes: UnsafeRawBufferPointer) {
    guard healthy, unsafe !bytes.isEmpty else { return }
    healthy = unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
  }

  func update(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBytes { unsafe update($0) } }

  /// The digest of all that was fed, as 64 lower-case hexadecimal digits; nil when the library failed.
  func finish() -> String? {
    var bytes = [UInt8](repeating: 0, count: 32)
    guard healthy, unsafe EVP_DigestFinal_ex(context, &bytes, nil) == 1 else { return nil }
    healthy = false
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The digest of bytes at hand.
  static func sha256(_ bytes: [UInt8]) -> String? {
    let digest = Digest()
    digest.update(bytes)
    return digest.finish()
  }
}
