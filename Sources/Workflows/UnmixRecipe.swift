public import Decomposition
internal import Foundation
public import Segmentation
public import XRay

/// What the unmixing of a map into its phases is to do, step by step; to be written, edited and repeated as JSON.
public struct UnmixRecipe: Codable, Hashable, Sendable {
  /// A phase that lies within the matrix.
  public struct Precipitate: Codable, Hashable, Sendable {
    public var name: String
    /// The component of the factorisation that shows where it is, counted from 1.
    public var component: Int
    /// An element of the matrix that the phase lacks.
    public var lacks: String
    /// Loose rectangles for GrabCut; none: seeds from the histogram.
    public var rectangles: [PixelRectangle]
    /// The Gaussian, in pixels, that GrabCut sees the component smoothed with; nil: none, or the recipe's `smoothing` where the
    /// component stands out of single pixels by less than three standard deviations.
    public var smoothing: Double?

    public init(name: String, component: Int, lacks: String, rectangles: [PixelRectangle] = [], smoothing: Double? = nil) {
      (self.name, self.component, self.lacks) = (name, component, lacks)
      (self.rectangles, self.smoothing) = (rectangles, smoothing)
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case name, component, lacks, rectangles, smoothing }

    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      name = try values.decode(String.self, forKey: .name)
      component = try values.number(.component)
      lacks = try values.decode(String.self, forKey: .lacks)
      rectangles = try values.decodeIfPresent([PixelRectangle].self, forKey: .rectangles) ?? []
      smoothing = try values.decodeIfPresent(Double.self, forKey: .smoothing)
    }
  }

  /// What all names of masks and results begin with.
  public var name = "unmix"
  /// The map; nil: the only one of the file.
  public var map: String?
  /// The series, instead of a map.
  public var series: String?
  /// Components of the factorisation.
  public var components = 3
  public var seed: UInt64 = 1
  /// Iterations of the factorisation at most.
  public var maxIterations = 300
  /// The component of the matrix, counted from 1; nil: the one with most counts.
  public var matrix: Int?
  /// Elements that phases lack; which phase lacks which is found out where no precipitates are given.
  public var unique: [String] = []
  public var precipitates: [Precipitate] = []
  /// Iterations of GrabCut.
  public var iterations = 5
  /// Pixels that the matrix keeps away from precipitates.
  public var margin = 2
  /// The Gaussian, in pixels, that the images of components are smoothed with to see precipitates too thin for single pixels …
  public var smoothing = 3.0
  /// … where they lie more than so many standard deviations above the background; such pixels belong neither to the matrix
  /// nor to mixtures with another precipitate. 0: nothing is left out.
  public var limit = 3.0
  /// Elements to quantify; none: those that the metadata name.
  public var elements: [String] = []
  /// Elements whose lines are fitted, but which are no part of the compositions: of the grid, the microscope.
  public var others: [String] = []
  /// keV; nil: as the metadata have it.
  public var beamEnergy: Double?
  /// nm and g/cm³ of the film that absorbs; nil: as the metadata have them.
  public var thickness: Double?
  public var density: Double?
  /// Degrees; nil: as the metadata have it.
  public var takeOffAngle: Double?
  /// What stands before the detector; nil: nothing.
  public var detector: DetectorEntrance?
  /// How ionisation cross-sections are evaluated; nil: as usual.
  public var crossSections: IonizationModel?
  /// Terms of the background of the fits that compositions come from; nil: as many as the counts ask for.
  public var backgroundTerms: Int?
  public var method = Unmixing.Method.fcls
  public var freeThickness = false
  public var fit = SubtractSpectrum.Counting.model

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case name, map, series, components, seed, matrix, unique, precipitates, iterations, margin, smoothing, limit, elements,
      thickness, density, detector, method, fit
    case takeOffAngle = "take_off"
    case crossSections = "cross_sections"
    case others = "also"
    case beamEnergy = "beam"
    case backgroundTerms = "background"
    case maxIterations = "max_iterations"
    case freeThickness = "free_thickness"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys, _ usual: Value) throws -> Value {
      try values.contains(key) && !values.decodeNil(forKey: key) ? values.number(key) : usual
    }
    let usual = UnmixRecipe()
    name = try value(.name, usual.name)
    map = try values.decodeIfPresent(String.self, forKey: .map)
    series = try values.decodeIfPresent(String.self, forKey: .series)
    components = try value(.components, usual.components)
    seed = try value(.seed, usual.seed)
    maxIterations = try value(.maxIterations, usual.maxIterations)
    matrix = try value(.matrix, nil)
    unique = try value(.unique, usual.unique)
    precipitates = try value(.precipitates, usual.precipitates)
    iterations = try value(.iterations, usual.iterations)
    margin = try value(.margin, usual.margin)
    smoothing = try value(.smoothing, usual.smoothing)
    limit = try value(.limit, usual.limit)
    elements = try value(.elements, usual.elements)
    others = try value(.others, usual.others)
    beamEnergy = try values.decodeIfPresent(Double.self, forKey: .beamEnergy)
    thickness = try values.decodeIfPresent(Double.self, forKey: .thickness)
    density = try values.decodeIfPresent(Double.self, forKey: .density)
    takeOffAngle = try values.decodeIfPresent(Double.self, forKey: .takeOffAngle)
    detector = try values.decodeIfPresent(DetectorEntrance.self, forKey: .detector)
    crossSections = try values.decodeIfPresent(IonizationModel.self, forKey: .crossSections)
    backgroundTerms = try value(.backgroundTerms, nil)
    method = try value(.method, usual.method)
    freeThickness = try value(.freeThickness, usual.freeThickness)
    fit = try value(.fit, usual.fit)
  }

  /// As JSON.
  public var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }
}

extension KeyedDecodingContainer {
  /// A value, with the place told where a number does not fit, which JSON decoders do not tell.
  fileprivate func number<Value: Decodable>(_ key: Key) throws -> Value {
    do {
      return try decode(Value.self, forKey: key)
    } catch let error as DecodingError {
      throw error
    } catch {
      throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "a whole number")
    }
  }
}
