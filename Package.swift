// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every target: see CONTRIBUTING.md.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
]

/// The program is optimized in the debug configuration, too: the tests run it thousands of times.
///
/// With `CROSSFADE_DEBUG` in the environment it is not, for a debugger.
let optimized: [SwiftSetting] =
    Context.environment["CROSSFADE_DEBUG"] == nil ? [.unsafeFlags(["-O"], .when(configuration: .debug))] : []

/// The commit for `crossfade --version`, as the Makefile hands it over; a build without one works as well.
let commit = (Context.environment["CROSSFADE_COMMIT"] ?? "").filter {
    $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+")
}

/// A module of the program; arrows point one way (ARCHITECTURE.md).
func module(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings + optimized)
}

/// A test target; every one may use the scratch databases and fixtures of `TestSupport`.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: settings)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

let package = Package(
    name: "crossfade",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "crossfade", targets: ["CrossfadeCLI"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        // libpq needs it in any case, and libpq-dev its headers.
        .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CPGQuery", providers: [.apt(["libpg-query-dev"])]),
        .target(name: "CSignals"),
        .target(name: "CBuild", cSettings: commit.isEmpty ? [] : [.define("CROSSFADE_COMMIT", to: "\"\(commit)\"")]),

        module("Diagnostics", []),
        module("YAML", ["CLibYAML", "Diagnostics"]),
        .target(
            name: "SQL",
            dependencies: ["CPGQuery", "Diagnostics"],
            swiftSettings: settings + optimized,
            // On Linux always the static one: its soname has the parser's version, which no two releases of Debian share.
            linkerSettings: [
                .linkedLibrary(":libpg_query.a", .when(platforms: [.linux])),
                .linkedLibrary("pg_query", .when(platforms: [.macOS])),
            ]
        ),
        module("PrismaSchema", ["SQL", "Diagnostics"], exclude: ["README.md"]),
        module("Workflow", ["YAML", "SQL", "Diagnostics"]),
        module("Postgres", ["CLibPQ", "SQL"]),
        module("Schema", ["SQL"]),
        module("SchemaReader", ["Schema", "Postgres", "SQL"]),
        module("Cluster", [subprocess]),
        module("Shadow", ["SchemaReader", "Schema", "Cluster", "Postgres", "SQL", "Workflow", "Diagnostics"]),
        .target(name: "Templates", path: "Templates", swiftSettings: settings, plugins: ["EmbeddedTemplates"]),
        .plugin(name: "EmbeddedTemplates", capability: .buildTool(), dependencies: ["EmbedTemplates"]),
        .executableTarget(name: "EmbedTemplates", swiftSettings: settings),
        module(
            "Engine",
            ["Workflow", "Postgres", "SQL", "Diagnostics", "Templates", "CLibCrypto", logging, mustache, subprocess]
        ),
        module("Reporting", ["Workflow", "SQL", "Diagnostics"]),
        .executableTarget(
            name: "CrossfadeCLI",
            dependencies: [
                "Engine", "Reporting", "Workflow", "PrismaSchema", "Schema", "SchemaReader", "Shadow", "Postgres",
                "SQL",
                "Diagnostics", "Cluster", "CBuild",
                "CSignals", argumentParser, subprocess, unixSignals,
            ],
            swiftSettings: settings + optimized
        ),
        .executableTarget(
            name: "Demo",
            dependencies: ["Cluster", "Postgres", "SQL", subprocess, unixSignals],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Bench",
            dependencies: ["Cluster", "Postgres", subprocess, unixSignals],
            path: "Benchmarks/Bench",
            swiftSettings: settings
        ),

        .executableTarget(
            name: "Corpora",
            dependencies: [
                "PrismaSchema", "Schema", "SchemaReader", "Shadow", "Cluster", "Postgres", "SQL", "Diagnostics",
            ],
            path: "Benchmarks/Corpora",
            swiftSettings: settings + optimized
        ),

        .target(
            name: "TestSupport",
            dependencies: ["Cluster", "Postgres", "SQL", "Diagnostics", subprocess],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .target(
            name: "Differential",
            dependencies: ["Engine", "Workflow", "Postgres", "SQL", "Diagnostics"],
            path: "Tests/Differential",
            swiftSettings: settings
        ),
        tests("DiagnosticsTests", ["Diagnostics"]),
        tests("YAMLTests", ["YAML", "Diagnostics"]),
        tests("SQLTests", ["SQL", "Diagnostics"]),
        tests("PrismaSchemaTests", ["PrismaSchema", "SQL", "Diagnostics"], exclude: ["Golden"]),
        tests("WorkflowTests", ["Workflow", "YAML", "SQL", "Diagnostics"]),
        tests("PostgresTests", ["Postgres", "Cluster", "SQL"]),
        tests("SchemaTests", ["Schema", "SQL"]),
        tests("SchemaReaderTests", ["SchemaReader", "Schema", "Postgres", "SQL"]),
        tests(
            "ShadowTests",
            ["Shadow", "Schema", "SchemaReader", "Workflow", "Postgres", "SQL", "Diagnostics", "Cluster"]
        ),
        tests("DemoTests", ["Demo"]),
        tests("ReportingTests", ["Reporting", "Workflow", "SQL", "Diagnostics"], exclude: ["Golden"]),
        tests(
            "EngineTests",
            ["Engine", "Differential", "Templates", "Workflow", "Postgres", "SQL", "Diagnostics", "Cluster"],
            exclude: ["Golden"]
        ),
        tests(
            "CommandLineTests",
            [
                "CrossfadeCLI", "Engine", "PrismaSchema", "Workflow", "YAML", "Postgres", "SQL", "Diagnostics",
                "Cluster", subprocess,
            ],
            exclude: ["Golden"]
        ),
    ]
)
