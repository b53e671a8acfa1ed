import Foundation

/// What the figures were measured on.
struct Machine: Sendable {
    let processor: String
    let cores: Int
    let memory: Double
    let system: String
    let build: String

    static var present: Machine {
        let process = ProcessInfo.processInfo
        return Machine(
            processor: processorName,
            cores: process.activeProcessorCount,
            memory: Double(process.physicalMemory),
            system: [text("/proc/sys/kernel/ostype"), text("/proc/sys/kernel/osrelease")].compactMap { $0 }
                .joined(separator: " "),
            build: buildMode
        )
    }

    private static var buildMode: String {
        #if DEBUG
            "debug"
        #else
            "release"
        #endif
    }

    private static var processorName: String {
        let lines = (text("/proc/cpuinfo") ?? "").split(separator: "\n")
        let line = lines.first { $0.hasPrefix("model name") }
        return line.flatMap { $0.split(separator: ":", maxSplits: 1).last }.map {
            $0.trimmingCharacters(in: .whitespaces)
        } ?? "unknown processor"
    }

    /// Nil where the system has no such file, which is then left out.
    private static func text(_ path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
