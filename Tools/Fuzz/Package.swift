// swift-tools-version:6.2
import PackageDescription

let package = Package(
  name: "fuzz",
  dependencies: [.package(name: "lamella", path: "../..")],
  targets: [
    .target(name: "CFuzz"),
    .executableTarget(
      name: "Fuzz", dependencies: ["CFuzz", .product(name: "Readers", package: "lamella")],
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
  ],
  cLanguageStandard: .c17
)
