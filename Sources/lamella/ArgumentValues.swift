public import Arguments
public import Decomposition
public import Formats
public import Microscopy
public import Workflows
public import XRay

extension ScalarType: ArgumentValue {}
extension MapKind: ArgumentValue {}

extension ByteOrder: ArgumentValue {}
extension NMF.Loss: ArgumentValue {}
extension NMF.Initialization: ArgumentValue {}
extension PCA.Scaling: ArgumentValue {}
extension SensitivityFactor.Method: ArgumentValue {}
extension SpectrumQuantification.Counting: ArgumentValue {}
extension IonizationModel: ArgumentValue {}

extension AxisDescription: ArgumentValue {
  public init?(argument: String) { self.init(argument) }
  public static var expectation: String { "NAME, NAME:SCALE, NAME:SCALE:UNITS or NAME:SCALE:UNITS:OFFSET" }

  public var argument: String {
    [name, scale?.argument, units, offset?.argument].compactMap(\.self).joined(separator: ":")
  }
}
