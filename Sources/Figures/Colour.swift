internal import Foundation

/// A colour in sRGB with its opacity, each part from 0 to 1.
public struct Colour: Hashable, Sendable {
  public var red: Double
  public var green: Double
  public var blue: Double
  public var opacity: Double

  public init(red: Double, green: Double, blue: Double, opacity: Double = 1) {
    self.red = min(max(red, 0), 1)
    self.green = min(max(green, 0), 1)
    self.blue = min(max(blue, 0), 1)
    self.opacity = min(max(opacity, 0), 1)
  }

  /// From a number as it is written in hexadecimal: 0xRRGGBB.
  public init(_ hexadecimal: UInt32, opacity: Double = 1) {
    self.init(
      red: Double(hexadecimal >> 16 & 0xFF) / 255, green: Double(hexadecimal >> 8 & 0xFF) / 255,
      blue: Double(hexadecimal & 0xFF) / 255, opacity: opacity)
  }

  public func opacity(_ opacity: Double) -> Colour { Colour(red: red, green: green, blue: blue, opacity: opacity) }

  /// 0xRRGGBB, rounded to eight bits a channel.
  public var hexadecimal: UInt32 {
    func byte(_ value: Double) -> UInt32 { UInt32((value * 255).rounded()) }
    return byte(red) << 16 | byte(green) << 8 | byte(blue)
  }

  /// This colour laid over an opaque one.
  public func over(_ other: Colour) -> Colour {
    func mix(_ own: Double, _ below: Double) -> Double { own * opacity + below * (1 - opacity) }
    return Colour(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
  }
}

/// A colour by lightness and two opponent axes, in which equal distances look about equal (Ottosson 2020).
public struct OKLab: Hashable, Sendable {
  /// From 0, black, to 1, white.
  public var lightness: Double
  /// From green to red.
  public var a: Double
  /// From blue to yellow.
  public var b: Double

  public init(lightness: Double, a: Double, b: Double) {
    self.lightness = lightness
    self.a = a
    self.b = b
  }

  /// - Parameters:
  ///   - chroma: the distance from grey.
  ///   - hue: degrees from red over yellow.
  public init(lightness: Double, chroma: Double, hue: Double) {
    let angle = hue * .pi / 180
    self.init(lightness: lightness, a: chroma * cos(angle), b: chroma * sin(angle))
  }

  public init(_ colour: Colour) {
    func linear(_ value: Double) -> Double { value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4) }
    let (r, g, b) = (linear(colour.red), linear(colour.green), linear(colour.blue))
    let l = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    let m = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    let s = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s
    a = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s
    self.b = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
  }

  /// Linear red, green and blue; outside 0 to 1 where sRGB has no such colour.
  private var linear: [Double] {
    let l = pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3)
    let m = pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3)
    let s = pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3)
    return [
      4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
      -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
      -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
    ]
  }

  /// Whether sRGB has the colour.
  public var isDisplayable: Bool { linear.allSatisfy { $0 >= -1e-6 && $0 <= 1 + 1e-6 } }

  /// The colour in sRGB, its parts cut to what that has.
  public var colour: Colour {
    let parts = linear.map { value in value <= 0.0031308 ? 12.92 * value : 1.055 * pow(value, 1 / 2.4) - 0.055 }
    return Colour(red: parts[0], green: parts[1], blue: parts[2])
  }

  public func distance(to other: OKLab) -> Double {
    let (x, y, z) = (lightness - other.lightness, a - other.a, b - other.b)
    return (x * x + y * y + z * z).squareRoot()
  }
}

/// The angle of a direction, in radians.
func angle(_ y: Double, _ x: Double) -> Double { atan2(y, x) }
