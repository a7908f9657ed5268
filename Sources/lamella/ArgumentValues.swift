public import Arguments
public import Decomposition
public import Formats
public import Microscopy
public import Segmentation
public import Workflows
public import XRay

extension ScalarType: ArgumentValue {}
extension MapKind: ArgumentValue {}

extension ByteOrder: ArgumentValue {}
extension NMF.Loss: ArgumentValue {}
extension NMF.Initialization: ArgumentValue {}
extension PCA.Scaling: ArgumentValue {}
extension Unmixing.Method: ArgumentValue {}
extension SubtractSpectrum.Counting: ArgumentValue {}
extension SensitivityFactor.Method: ArgumentValue {}
extension SpectrumQuantification.Counting: ArgumentValue {}
extension IonizationModel: ArgumentValue {}
extension DetectorEntrance: ArgumentValue {}

extension AxisDescription: ArgumentValue {
  public init?(argument: String) { self.init(argument) }
  public static var expectation: String { "NAME, NAME:SCALE, NAME:SCALE:UNITS or NAME:SCALE:UNITS:OFFSET" }

  public var argument: String {
    [name, scale?.argument, units, offset?.argument].compactMap(\.self).joined(separator: ":")
  }
}

extension Threshold: ArgumentValue {
  public init?(argument: String) { self.init(argument) }
  public static var expectation: String { "otsu, triangle, noise:K or a number" }
  public var argument: String { text }
}

extension PixelRectangle: ArgumentValue {
  public init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 4, let y0 = numbers[0], let x0 = numbers[1], let y1 = numbers[2], let x1 = numbers[3] else {
      return nil
    }
    self.init(y0: y0, x0: x0, y1: y1, x1: x1)
  }

  public static var expectation: String { "four whole numbers Y0,X0,Y1,X1 such as 10,20,50,60" }
  public var argument: String { text }
}
