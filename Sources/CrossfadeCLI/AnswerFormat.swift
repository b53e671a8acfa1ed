import ArgumentParser
import Foundation
import Reporting
import Workflow

/// The forms in which a gate or a full check is answered.
enum AnswerFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case junit
    case sarif
    case github
    case gitlab

    /// nil for the forms that every command has.
    var pipeline: PipelineFormat? { PipelineFormat(rawValue: rawValue) }
}

extension Invocation {
    /// Answers in the form that was asked for; in a job of GitHub's the summary of the job's page gets a table too.
    func answer(_ report: some Report, as format: AnswerFormat, _ result: @autoclosure () -> PipelineResult) throws {
        guard let pipeline = format.pipeline else { return console.answer(report) }
        let result = result()
        console.write(pipeline.text(of: result))
        guard pipeline == .github, let path = ProcessInfo.processInfo.environment["GITHUB_STEP_SUMMARY"], !path.isEmpty
        else { return }
        do {
            let handle = try FileHandle(forWritingTo: URL(filePath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(result.summary.utf8))
            try handle.close()
        } catch {
            // The answer is out; a page without a table is no reason to fail the job.
            console.remark(.notice("the job's summary cannot be written to \(path): \(error.localizedDescription)"))
        }
    }
}
