// swift-tools-version:6.2
import PackageDescription

/// Every Swift target is built in language mode 6 with strict memory safety, and a warning is an error.
/// Tests see internals in every configuration, so that what is tested is what is used.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .unsafeFlags(["-enable-testing"], .when(configuration: .release)),
]

/// A room of the house: a Swift target with its test target beside it.
func room(_ name: String, _ dependencies: [String], tests: [String] = []) -> [Target] {
  [
    .target(
      name: name, dependencies: dependencies.map { .init(stringLiteral: $0) }, swiftSettings: house,
      linkerSettings: [.linkedLibrary("m")]),
    .testTarget(
      name: "\(name)Tests",
      dependencies: ([name] + dependencies.filter { !$0.hasPrefix("C") } + tests).map {
        .init(stringLiteral: $0)
      },
      swiftSettings: house),
  ]
}

/// The commit that is built, for the provenance of results, as the scripts in Tools tell it; unknown in a build by hand, since
/// what SwiftPM itself knows of git is kept from earlier builds.
let commit = Context.environment["LAMELLA_COMMIT"] ?? ""

let package = Package(
  name: "lamella",
  products: [
    .executable(name: "lamella", targets: ["lamella"]),
    // What Tools/Fuzz builds for itself, with instruments.
    .library(name: "Readers", targets: ["Formats", "Workflows", "Store", "HDF5", "Blocks", "Microscopy"]),
  ],
  targets: [
    // Level C: the C libraries, and the hot loops in C.
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5-serial", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CLinearAlgebra", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-openmp-dev", "liblapacke-dev"])]),
    .systemLibrary(name: "CXraylib", pkgConfig: "libxrl", providers: [.apt(["libxrl-dev"])]),
    .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
    // Debian's packages of OpenCV have no pkg-config file without all of OpenCV.
    .target(
      name: "CGrabCut", cxxSettings: [.unsafeFlags(["-I/usr/include/opencv4"])],
      linkerSettings: [.linkedLibrary("opencv_imgproc"), .linkedLibrary("opencv_core")]),
    .target(name: "CJournal", dependencies: ["CHDF5", "CDeflate"]),
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])]),
    .target(name: "CVersion", cSettings: [.define("LAMELLA_COMMIT", to: "\"\(commit)\"")]),
  ]
    // Level 0
    + room("HDF5", ["CHDF5", "CJournal"])
    + room("Blocks", [])
    + room("Microscopy", [])
    + room("Arguments", [])
    // Level 1
    + room("LinearAlgebra", ["Blocks", "CLinearAlgebra", "CKernels"])
    // Level 2
    + room("Formats", ["Blocks", "Microscopy", "CDeflate", "HDF5"], tests: ["CCrypto"])
    + room(
      "Store", ["HDF5", "Blocks", "Microscopy", "CDeflate", "CCrypto", "CKernels", "CVersion"],
      tests: ["CKernels", "LinearAlgebra", "CLinearAlgebra"])
    + room("Decomposition", ["Blocks", "LinearAlgebra"])
    // Level 3
    + room("XRay", ["Microscopy", "Blocks", "LinearAlgebra", "CXraylib"])
    + room("Segmentation", ["Blocks", "CGrabCut"])
    + room("Figures", ["Microscopy", "CCairo", "CDeflate"])
    // Level 4
    + room(
      "Workflows",
      [
        "Store", "Formats", "Decomposition", "XRay", "Segmentation", "Figures", "Blocks", "Microscopy", "LinearAlgebra", "HDF5",
      ])
    // Level 5
    + [
      .executableTarget(
        name: "lamella",
        dependencies: [
          "Workflows", "Store", "Formats", "Decomposition", "Blocks", "Microscopy", "Arguments", "XRay", "Segmentation",
          "Figures", "HDF5",
        ],
        swiftSettings: house),
      .testTarget(
        name: "CommandTests", dependencies: ["lamella", "Arguments", "Workflows", "Store"], swiftSettings: house),
    ],
  cLanguageStandard: .c17,
  cxxLanguageStandard: .cxx17
)
