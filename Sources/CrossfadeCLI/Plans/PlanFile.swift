import Diagnostics
import Foundation
import Workflow

/// A file that should hold a plan, read.
struct PlanFile: Sendable {
    let path: String
    /// nil when the text is no plan.
    let plan: Plan?
    let diagnostics: Diagnostics

    /// Reads a file.
    ///
    /// - Throws: ``Failure`` `usage` when it cannot be read; mistakes in it are diagnostics.
    init(reading path: String) throws(Failure) {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw Failure(.usage, "\(path) cannot be read: \(error.localizedDescription)")
        }
        self.path = path
        do throws(Diagnostic) {
            (plan, diagnostics) = PlanReader.read(try SourceText(name: path, bytes: bytes))
        } catch {
            (plan, diagnostics) = (nil, Diagnostics([error]))
        }
    }

    /// What the file is called, without folder and ending; also when it holds no plan.
    var stem: String { URL(filePath: path).deletingPathExtension().lastPathComponent }

    /// The plan.
    ///
    /// - Throws: ``Failure`` `invalidPlan` with every mistake.
    func valid() throws(Failure) -> Plan {
        if let plan { return plan }
        let mistakes = DiagnosticRenderer(color: false).render(diagnostics)
        throw Failure(.invalidPlan, "\(path) is no valid plan\n\(mistakes)", hint: "crossfade check \(path)")
    }
}
