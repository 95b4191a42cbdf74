// Made from the OpenAPI document by `vitest run packages/client -u`; changed by nobody.
export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether it answers */
        get: operations["isAlive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether it takes work: the disk can be written, and the queue is not full */
        get: operations["isReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts and times in the text format of Prometheus */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/journal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The journal of the station: log-ins, jobs, drafts, plants */
        get: operations["listStationRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/library/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check a text without writing it */
        post: operations["checkText"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/library/{kind}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What there is of a kind */
        get: operations["listLibrary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/library/{kind}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file with its text; its ETag is wanted for changing it */
        get: operations["readLibrary"];
        /** Write a draft: a new one, or with If-Match one that is there */
        put: operations["writeDraft"];
        post?: never;
        /** Take a draft away; jobs that follow from it keep what it held */
        delete: operations["deleteDraft"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/library/{kind}/{name}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Units, balances, what was solved for, stiffness */
        get: operations["checkLibrary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/library/{kind}/{name}/explanation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The composed equations, every symbol with its unit and source; as JSON or, with format=html, as a page */
        get: operations["explainLibrary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who the token says that I am */
        get: operations["whoAmI"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My tokens, without their secrets */
        get: operations["listTokens"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of my tokens */
        delete: operations["removeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Plants that run now */
        get: operations["listPlants"];
        put?: never;
        /** Build a plant from a scenario and start its clock; it is there again after a restart */
        post: operations["addPlant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plants/{plant}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One plant: time, phase, clock */
        get: operations["getPlant"];
        put?: never;
        post?: never;
        /** Take a plant down that was added here; its record stays on the disk */
        delete: operations["removePlant"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plants/{plant}/alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Alarms and interlocks with their states */
        get: operations["listAlarms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plants/{plant}/barrier": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** How many clients a step waits for */
        put: operations["setBarrier"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plants/{plant}/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Recipe, faults, alarms, clock, advice: whatever the gate takes */
        post: operations["commandPlant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plants/{plant}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put on record a sample, an addition, a correction or a comment; the equations do not follow it */
        post: operations["addPlantEntry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plants/{plant}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stored points of tags, thinned so that peaks stay */
        get: operations["getPlantHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plants/{plant}/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Job orders of the plant, as the ISA-95 receiver of OPC UA has them; the command `job` steers them */
        get: operations["listJobOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plants/{plant}/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The journal of the plant: commands, refusals, phases, alarms, faults */
        get: operations["listPlantRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plants/{plant}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a run of what the plant has done so far: samples, audit, figures, report
         * @description It is done again in a thread, bit for bit, while the plant goes on.
         */
        post: operations["keepPlantResult"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plants/{plant}/step": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lockstep: write set points, make scans, read */
        post: operations["stepPlant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plants/{plant}/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tags as they change and records of the journal, as server-sent events
         * @description Events `tags` hold what has changed; the first holds everything. Events `record` have the number of the record as id: a reader that comes back with Last-Event-ID misses none. A slow reader gets the latest tags and every record.
         */
        get: operations["streamPlant"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plants/{plant}/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tags with unit, range, value and quality */
        get: operations["listTags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plants/{plant}/tags/{tag}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One tag */
        get: operations["getTag"];
        /** Write a set point or a mode; it takes effect at the next scan */
        put: operations["writeTag"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plants/{plant}/watchdog": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Hold the plant when its client falls silent */
        put: operations["setWatchdog"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plants/{plant}/watchdog/beat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The client lives: a count that moves */
        post: operations["beatWatchdog"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List runs, the newest first */
        get: operations["listRuns"];
        put?: never;
        /**
         * Start a run
         * @description The files that it follows from are read and kept now; what is wrong with them is said at once.
         */
        post: operations["startRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Key figures of some runs side by side */
        get: operations["compareRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One run: status, progress, figures */
        get: operations["getRun"];
        put?: never;
        post?: never;
        /** Delete it with its result; the journal still says that there was one */
        delete: operations["deleteRun"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Balances of the elements, of charge and mass */
        get: operations["getRunAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What people have put on record of a run */
        get: operations["listRunEntries"];
        put?: never;
        /** Put on record what was found or said of a run; nothing that is there changes */
        post: operations["addRunEntry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The journal of a run: phases, alarms, interlocks, expectations */
        get: operations["listRunEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/faults": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ground truth of the faults, apart from everything that was measured */
        get: operations["getRunFaults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/figures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Key figures and expectations */
        get: operations["getRunFigures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Files of the result */
        get: operations["listRunFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/files/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One file of the result: report.html, samples.parquet, journal.jsonl ... */
        get: operations["getRunFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/keep": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Protect it from being deleted */
        post: operations["keepRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/manifest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the result holds and what it was made from */
        get: operations["getRunManifest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let it rest */
        post: operations["pauseRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let it be deleted again */
        post: operations["releaseRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a paused run go on */
        post: operations["resumeRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Samples by column and time window, thinned so that peaks stay */
        get: operations["getRunSamples"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/samples.arrow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Samples as an Arrow IPC stream, with units in the fields, made while it is read */
        get: operations["getRunArrow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/samples.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Samples as wide CSV with units, made while it is read */
        get: operations["getRunCsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What each column of the samples is */
        get: operations["getRunSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End it; what it has come to stays */
        post: operations["stopRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Progress as server-sent events, until it has ended */
        get: operations["streamRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{id}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run it again and compare the bytes
         * @description The new run has `result.verification` when it has ended. It takes the files as they were.
         */
        post: operations["verifyRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schemas/{kind}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The JSON Schema that editors complete and check files with */
        get: operations["getSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/studies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List studies, the newest first */
        get: operations["listStudies"];
        put?: never;
        /** Start an ensemble, a comparison or a search for the best settings */
        post: operations["startStudy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/studies/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One study: status, progress, figures */
        get: operations["getStudy"];
        put?: never;
        post?: never;
        /** Delete it with its result; the journal still says that there was one */
        delete: operations["deleteStudy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/studies/{id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Files of the result */
        get: operations["listStudyFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/studies/{id}/files/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One file of the result: report.html, samples.parquet, journal.jsonl ... */
        get: operations["getStudyFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/studies/{id}/keep": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Protect it from being deleted */
        post: operations["keepStudy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/studies/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let it be deleted again */
        post: operations["releaseStudy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/studies/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on with a study that was stopped, with the members that it has */
        post: operations["resumeStudy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/studies/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End it; what it has come to stays */
        post: operations["stopStudy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/studies/{id}/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Progress as server-sent events, until it has ended */
        get: operations["streamStudy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Log in with name and password, and get a token that expires */
        post: operations["makeToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Users and their roles; the file is the one that OPC UA reads */
        get: operations["listUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description RFC 9457 problem details */
        Problem: {
            /** @description urn:fedbatch:problem: and the code */
            type: string;
            title: string;
            status: number;
            /** @description what is wrong, with the value and the limit */
            detail: string;
            /** @description PACKAGE_NOUN_PROBLEM; never used for another meaning later */
            code: string;
            /** @description the next thing to do */
            remedy: string;
            /** @description number of the record in the journal of the plant */
            record?: number;
            problems?: components["schemas"]["ProblemLine"][];
        };
        ProblemLine: {
            code: string;
            severity: "error" | "warning";
            /** @description file:line:column, or a JSON Pointer into what was sent */
            place?: string;
            says: string;
            detail?: string;
            remedy: string;
        };
        RunAsked: {
            /** @description name of a scenario of the library: ecoli-exponential */
            scenario: string;
            /** @description values of the scenario that are other ones, as with --set: {"charge.X": "0.2 g/L", "scan": "1 s"} */
            set?: {
                [key: string]: string | number;
            };
            /** @description seed of everything random */
            seed?: number;
            /** @description words of your own, to find it by */
            label?: string;
        };
        EnsembleAsked: {
            /** @enum {string} */
            kind: "ensemble";
            /** @description name of a scenario of the library */
            scenario: string;
            /** @description values of the scenario that are other ones, as with --set: {"charge.X": "0.2 g/L", "scan": "1 s"} */
            set?: {
                [key: string]: string | number;
            };
            /** @description what varies and how: {"organism.qSmax": "10 %"}; default every parameter whose file states a spread */
            vary?: {
                [key: string]: string;
            };
            /** @description how many runs */
            members: number;
            /** @description how they are spread; default sobol */
            design?: "sobol" | "latin" | "random";
            /** @description seed of the design */
            seed?: number;
            /** @description words of your own, to find it by */
            label?: string;
        };
        ComparisonAsked: {
            /** @enum {string} */
            kind: "comparison";
            /** @description name of a study of the library: ecoli-feeding */
            study: string;
            /** @description plants that each strategy meets; default as the study says */
            members?: number;
            /** @description words of your own, to find it by */
            label?: string;
        };
        OptimisationAsked: {
            /** @enum {string} */
            kind: "optimisation";
            /** @description name of a scenario of the library */
            scenario: string;
            /** @description values of the scenario that are other ones, as with --set: {"charge.X": "0.2 g/L", "scan": "1 s"} */
            set?: {
                [key: string]: string | number;
            };
            /** @description settings and where they are sought: {"recipe.fed-batch.feed.mu": "0.1..0.3 1/h"} */
            vary: {
                [key: string]: string;
            };
            /**
             * @description whether the figure is to be high or low
             * @enum {unknown}
             */
            sense: "maximise" | "minimise";
            /** @description a key figure of the scenario, by its words: biomass at end */
            figure: string;
            /** @description most runs; default 200 */
            evaluations?: number;
            /** @description seed of the search */
            seed?: number;
            /** @description words of your own, to find it by */
            label?: string;
        };
        Job: {
            id: string;
            /** @enum {unknown} */
            kind: "run" | "ensemble" | "comparison" | "optimisation";
            /** @description scenario or study, by its path in the library */
            subject: string;
            /** @description path=value lines */
            settings: string[];
            title: string;
            label: string | null;
            askedBy: string;
            /**
             * Format: date-time
             * @description RFC 3339
             */
            askedAt: string;
            startedAt: string | null;
            endedAt: string | null;
            /**
             * @description complete, failed and stopped are ends
             * @enum {unknown}
             */
            status: "queued" | "running" | "paused" | "complete" | "failed" | "stopped";
            /** @description one sentence: how it ended, or why it waits */
            says: string;
            progress: {
                share: number;
                /** @description time of the run, h */
                timeH?: number;
                /** @description phase of a run, strategy of a comparison */
                part?: string;
                done?: number;
                members?: number;
                failed?: number;
            };
            /** @description kept jobs are not deleted */
            kept: boolean;
            /** @description how often work on it began; more than once after the station was cut off */
            starts: number;
            /** @description SHA-256 of every file that it follows from */
            files: {
                [key: string]: string;
            };
            result: null | {
                /** @description hash over all that it follows from: the same run has the same one everywhere */
                runId: string;
                /** @enum {unknown} */
                verdict: "met" | "missed" | "failed" | "stopped";
                outcome?: {
                    kind: string;
                    /** @description h */
                    timeH: number;
                    says: string;
                };
                keyFigures?: {
                    id: string;
                    says: string;
                    value: number | null;
                    unit: string;
                }[];
                expectations?: {
                    met: number;
                    missed: number;
                };
                members?: number;
                /** @description of a search: the best settings */
                settings?: string[];
                verification?: {
                    of: string;
                    agrees: boolean;
                    files: {
                        path: string;
                        first: string;
                        again: string | null;
                    }[];
                };
            };
        };
        JobList: {
            jobs: components["schemas"]["Job"][];
            /** @description give it as `before` for older ones; null: that is all */
            next: string | null;
        };
        LibraryEntry: {
            /**
             * @description organisms, vessels, scenarios or studies
             * @enum {unknown}
             */
            kind: "organisms" | "vessels" | "scenarios" | "studies";
            name: string;
            /** @description as other files and jobs name it */
            path: string;
            title: string;
            origin: "shipped" | "draft";
            /** @description SHA-256 of the text; also its ETag */
            version: string;
            bytes: number;
        };
        LibraryText: {
            /**
             * @description organisms, vessels, scenarios or studies
             * @enum {unknown}
             */
            kind: "organisms" | "vessels" | "scenarios" | "studies";
            name: string;
            /** @description as other files and jobs name it */
            path: string;
            title: string;
            origin: "shipped" | "draft";
            /** @description SHA-256 of the text; also its ETag */
            version: string;
            bytes: number;
            text: string;
        };
        CheckFound: {
            valid: boolean;
            problems: components["schemas"]["ProblemLine"][];
            /** @description audit and diagnostics, as `fedbatch check --json` prints them; null where it cannot stand */
            found: null | unknown;
        };
        PlantAsked: {
            /** @description name of the plant, its folder and its tags */
            name: string;
            scenario: string;
            /** @description values of the scenario that are other ones, as with --set: {"charge.X": "0.2 g/L", "scan": "1 s"} */
            set?: {
                [key: string]: string | number;
            };
            /**
             * @description paced: by the wall clock; lockstep: by steps only. Default paced
             * @enum {unknown}
             */
            clock?: "paced" | "lockstep";
            /** @description plant seconds for each second of the wall clock; default 1 */
            speed?: number;
        };
        Plant: {
            name: string;
            title: string;
            organism: string;
            vessel: string;
            seed: number;
            /** @description time of the plant, h */
            timeH: number;
            scans: number;
            /** @description length of a scan, s */
            scanS: number;
            phase: string;
            ended: boolean;
            clock: {
                /** @enum {unknown} */
                mode: "paced" | "lockstep";
                running: boolean;
                speed: number;
                /** @description scans that came more than one period late */
                late: number;
            };
            /** @description how many tags it has */
            tags: number;
            /** @description how many records its journal has */
            records: number;
            snapshots: string[];
        };
        Tag: {
            id: string;
            says: string;
            /** @enum {unknown} */
            type: "number" | "choice" | "text";
            unit: string;
            low: number | null;
            high: number | null;
            choices?: string[];
            /** @description the least role that may write it */
            writes?: string;
            /** @description truth: what the equations have, and no instrument would show */
            from: string;
            of?: string;
            value: number | string | null;
            /** @enum {unknown} */
            quality: "good" | "uncertain" | "bad";
            qualitySays: string;
        };
        /** @description one command for the gate of the plant */
        Command: {
            /** @enum {string} */
            kind: "write";
            tag: string;
            value: number | string;
            /** @description default that of the tag */
            unit?: string;
            /** @description why, for whoever reads the journal */
            reason?: string;
        } | {
            /** @enum {string} */
            kind: "recipe";
            /**
             * @description what the recipe is told
             * @enum {unknown}
             */
            action: "hold" | "resume" | "next" | "stop" | "abort";
            /** @description why, for whoever reads the journal */
            reason?: string;
        } | {
            /** @enum {string} */
            kind: "inject";
            fault: {
                kind: string;
                on: string;
                with?: string;
                /** @description 0.5 pH, 20 % */
                size?: string;
                /** @enum {unknown} */
                change?: "factor" | "offset" | "value";
                /** @description from now, h */
                afterH?: number;
                /** @description how long, h */
                forH?: number;
                /** @description how long it takes to come, h */
                riseH?: number;
                /** @description period, h */
                periodH?: number;
            };
            /** @description why, for whoever reads the journal */
            reason?: string;
        } | {
            /** @enum {string} */
            kind: "clear";
            fault: string;
            /** @description why, for whoever reads the journal */
            reason?: string;
        } | {
            /** @enum {string} */
            kind: "simulate";
            sensor: string;
            /** @description null: the sensor measures again */
            value: number | null;
            /** @description why, for whoever reads the journal */
            reason?: string;
        } | {
            /** @enum {string} */
            kind: "alarm";
            alarm: string;
            /**
             * @description after ISA-18.2
             * @enum {unknown}
             */
            action: "acknowledge" | "confirm" | "shelve" | "unshelve" | "reset" | "comment";
            /** @description how long it is shelved, h */
            forH?: number;
            /** @description why, for whoever reads the journal */
            reason?: string;
        } | {
            /** @enum {string} */
            kind: "advice";
            /**
             * @description what a person says to a proposal
             * @enum {unknown}
             */
            answer: "accept" | "reject" | "override";
            /** @description the feed of an override, L/h */
            rateLPerH?: number;
            /** @description why, for whoever reads the journal */
            reason?: string;
        } | {
            /** @enum {string} */
            kind: "maintain";
            actuator: string;
            /**
             * @description a task of maintenance
             * @enum {unknown}
             */
            action: "acknowledge" | "start" | "finish" | "fail" | "reset";
            /** @description why, for whoever reads the journal */
            reason?: string;
        } | {
            /** @enum {string} */
            kind: "job";
            /**
             * @description what is done to a job order
             * @enum {unknown}
             */
            action: "store" | "store and start" | "start" | "revoke start" | "update" | "pause" | "resume" | "stop" | "abort" | "cancel" | "clear";
            /** @description id of an order that is there */
            job?: string;
            /** @description of what is stored or updated */
            order?: {
                id: string;
                says?: string;
                recipe?: string;
                /** @description not before then, ms since 1970 */
                startMs?: number;
                /** @description the highest goes first; default 0 */
                priority?: number;
                sets: {
                    tag: string;
                    value: number | string;
                }[];
            };
            /** @description why, for whoever reads the journal */
            reason?: string;
        } | {
            /** @enum {string} */
            kind: "guard";
            /**
             * @description who decides on proposals
             * @enum {unknown}
             */
            mode: "shadow" | "advise" | "supervised";
            /** @description why, for whoever reads the journal */
            reason?: string;
        } | {
            /** @enum {string} */
            kind: "clock";
            /**
             * @description what the clock is told
             * @enum {unknown}
             */
            action: "run" | "pause" | "reset" | "speed" | "snapshot" | "restore";
            speed?: number;
            /** @description name of a snapshot */
            name?: string;
            /** @description why, for whoever reads the journal */
            reason?: string;
        };
        Receipt: {
            /** @enum {boolean} */
            accepted: true;
            /** @description number of the record in the journal of the plant */
            record: number;
            says: string;
        };
        StepAsked: {
            /** @description a whole number of scans, s */
            dtS: number;
            /** @description a name that is the same on every run; by it the writes of all are ordered */
            participant?: string;
            writes?: {
                tag: string;
                value: number;
            }[];
            /** @description tags wanted in the answer */
            read?: string[];
        };
        StepShown: {
            timeH: number;
            scans: number;
            record: number;
            values: {
                [key: string]: number | string | null;
            };
        };
        Alarm: {
            name: string;
            /** @description the condition in words */
            says: string;
            priority: string;
            /** @description whether it holds inputs as long as it is active */
            interlock: boolean;
            /** @description normal, unacknowledged, acknowledged, returned, latched (ISA-18.2) */
            state: string;
            /** @description whether it is hidden */
            shelf: string;
        };
        EntryAsked: {
            /**
             * @description what people did or found by hand
             * @enum {unknown}
             */
            kind: "sample" | "addition" | "correction" | "comment";
            /** @description in words */
            says: string;
            /** @description when it was, in the time of the plant or run, h; default now */
            timeH?: number;
            values?: {
                quantity: string;
                value: number;
                unit: string;
            }[];
            /** @description number of the record that a correction puts right */
            corrects?: number;
        };
        Samples: {
            /** @description rows that were recorded */
            rows: number;
            columns: {
                id: string;
                says: string;
                /** @description as recorded */
                unit: string;
                kind: string;
                /** @description what the equations have, which no instrument would show */
                truth: boolean;
            }[];
            series: {
                id: string;
                unit: string;
                /** @description whether values were left out */
                decimated: boolean;
                timeH: number[];
                values: (number | null)[];
            }[];
        };
        /** @description a record of a journal as it stands in the file, with the hash of the one before */
        Record: {
            v: number;
            seq: number;
            batch: string;
            type: string;
            actor: unknown;
            t: unknown;
            subject: string;
            old: unknown;
            new: unknown;
            unit: string | null;
            reason: string | null;
            cause: number | null;
            blob: unknown[];
            prev: string;
        };
        RecordList: {
            records: components["schemas"]["Record"][];
        };
    };
    responses: {
        /** @description API_BODY_FORM */
        Problem400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description API_TOKEN_MISSING, API_TOKEN_WRONG, API_LOGIN_WRONG */
        Problem401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description STATION_ROLE_LEAST, STATION_COMMAND_ROLE */
        Problem403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description API_ROUTE_UNKNOWN, STATION_COMMAND_UNKNOWN, STATION_JOB_UNKNOWN, STATION_RESULT_MISSING, RECORDS_SAMPLES_COLUMN, RECORDS_SAMPLES_MISSING, STATION_LIBRARY_UNKNOWN, STATION_PLANT_UNKNOWN, STATION_TOKEN_UNKNOWN, STATION_USER_UNKNOWN */
        Problem404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description STATION_COMMAND_MODE, STATION_COMMAND_STATE, STATION_JOB_STATE, STATION_JOB_KEPT, STATION_JOB_KEY, STATION_DRAFT_SHIPPED, STATION_PLANT_TAKEN, STATION_PLANT_OTHER, STATION_PLANT_MOST, STATION_PLANT_SERVED */
        Problem409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description STATION_DRAFT_CHANGED */
        Problem412: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description API_BODY_SIZE, STATION_DRAFT_SIZE */
        Problem413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description API_BODY_MEDIA */
        Problem415: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description a file or a value cannot stand */
        Problem422: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description API_VERSION_MISSING */
        Problem428: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description API_RATE_LIMIT, API_STREAM_LIMIT */
        Problem429: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description API_SERVER_ERROR */
        Problem500: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description STATION_COMMAND_JOURNAL, STATION_JOB_QUEUE, STATION_DESK_FULL */
        Problem503: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    isAlive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status: "ok" | "not ready";
                        says: string;
                    };
                };
            };
            500: components["responses"]["Problem500"];
        };
    };
    isReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status: "ok" | "not ready";
                        says: string;
                    };
                };
            };
            500: components["responses"]["Problem500"];
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status: "ok" | "not ready";
                        says: string;
                    };
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description metrics */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            500: components["responses"]["Problem500"];
        };
    };
    listStationRecords: {
        parameters: {
            query?: {
                /** @description seq of a record: those that follow; default all */
                after?: number;
                /** @description default 200 */
                limit?: number;
                /** @description types with commas between: alarm,command; default all */
                types?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    checkText: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description organisms, vessels, scenarios or studies
                     * @enum {unknown}
                     */
                    kind: "organisms" | "vessels" | "scenarios" | "studies";
                    /** @description default: a name of its own */
                    name?: string;
                    /** @description the whole file, YAML */
                    text: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckFound"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listLibrary: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description organisms, vessels, scenarios or studies */
                kind: "organisms" | "vessels" | "scenarios" | "studies";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: components["schemas"]["LibraryEntry"][];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    readLibrary: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description organisms, vessels, scenarios or studies */
                kind: "organisms" | "vessels" | "scenarios" | "studies";
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LibraryText"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    writeDraft: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of what is replaced */
                "if-match"?: string;
            };
            path: {
                /** @description organisms, vessels, scenarios or studies */
                kind: "organisms" | "vessels" | "scenarios" | "studies";
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the whole file, YAML */
                    text: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description organisms, vessels, scenarios or studies
                         * @enum {unknown}
                         */
                        kind: "organisms" | "vessels" | "scenarios" | "studies";
                        name: string;
                        /** @description as other files and jobs name it */
                        path: string;
                        title: string;
                        origin: "shipped" | "draft";
                        /** @description SHA-256 of the text; also its ETag */
                        version: string;
                        bytes: number;
                        text: string;
                        /** @description what a check finds; a draft may be wrong */
                        problems: components["schemas"]["ProblemLine"][];
                    };
                };
            };
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description organisms, vessels, scenarios or studies
                         * @enum {unknown}
                         */
                        kind: "organisms" | "vessels" | "scenarios" | "studies";
                        name: string;
                        /** @description as other files and jobs name it */
                        path: string;
                        title: string;
                        origin: "shipped" | "draft";
                        /** @description SHA-256 of the text; also its ETag */
                        version: string;
                        bytes: number;
                        text: string;
                        /** @description what a check finds; a draft may be wrong */
                        problems: components["schemas"]["ProblemLine"][];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    deleteDraft: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of what is deleted */
                "if-match"?: string;
            };
            path: {
                /** @description organisms, vessels, scenarios or studies */
                kind: "organisms" | "vessels" | "scenarios" | "studies";
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description nothing more to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            428: components["responses"]["Problem428"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    checkLibrary: {
        parameters: {
            query?: {
                /** @description path=value; repeatable */
                set?: string[];
            };
            header?: never;
            path: {
                /** @description organisms, vessels, scenarios or studies */
                kind: "organisms" | "vessels" | "scenarios" | "studies";
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckFound"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    explainLibrary: {
        parameters: {
            query?: {
                /** @description path=value; repeatable */
                set?: string[];
                /** @description default json */
                format?: "json" | "html";
            };
            header?: never;
            path: {
                /** @description organisms, vessels, scenarios or studies */
                kind: "organisms" | "vessels" | "scenarios" | "studies";
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description states, equations, parameters */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "text/html": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    whoAmI: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @enum {unknown} */
                        role: "observer" | "operator" | "engineer" | "administrator";
                    };
                };
            };
            401: components["responses"]["Problem401"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    listTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        tokens: {
                            id: string;
                            label: string;
                            expires: string | null;
                        }[];
                    };
                };
            };
            401: components["responses"]["Problem401"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    removeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description nothing more to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    listPlants: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        plants: components["schemas"]["Plant"][];
                    };
                };
            };
            401: components["responses"]["Problem401"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    addPlant: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlantAsked"];
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plant"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    getPlant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plant"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    removePlant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description nothing more to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    listAlarms: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        alarms: components["schemas"]["Alarm"][];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    setBarrier: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description how many must ask before a step is made */
                    clients: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    commandPlant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plant: string;
            };
            cookie?: never;
        };
        /** @description one command for the gate of the plant */
        requestBody: {
            content: {
                "application/json": components["schemas"]["Command"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    addPlantEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EntryAsked"];
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description number of the record */
                        record: number;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    getPlantHistory: {
        parameters: {
            query: {
                /** @description tags with commas between, sixteen at most */
                ids: string;
                /** @description beginning, ms since 1970; in lockstep ms of the plant itself. Default: the beginning */
                fromMs?: number;
                /** @description end; default now */
                toMs?: number;
                /** @description most points of each column; peaks are kept. Default 2000 */
                points?: number;
            };
            header?: never;
            path: {
                plant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        series: {
                            id: string;
                            unit: string;
                            stampMs: number[];
                            values: (number | null)[];
                            qualities: number[];
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    listJobOrders: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        jobs: {
                            order: {
                                id: string;
                                says?: string;
                                recipe?: string;
                                startMs?: number;
                                priority?: number;
                                sets: {
                                    tag: string;
                                    value: number | string;
                                }[];
                            };
                            /** @enum {unknown} */
                            state: "not allowed to start" | "allowed to start" | "running" | "interrupted" | "ended" | "aborted";
                            startedMs: number | null;
                            endedMs: number | null;
                            /** @description what its run has come to */
                            says: string | null;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    listPlantRecords: {
        parameters: {
            query?: {
                /** @description seq of a record: those that follow; default all */
                after?: number;
                /** @description default 200 */
                limit?: number;
                /** @description types with commas between: alarm,command; default all */
                types?: string;
            };
            header?: never;
            path: {
                plant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    keepPlantResult: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    stepPlant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StepAsked"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StepShown"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    streamPlant: {
        parameters: {
            query?: {
                /** @description ids with commas between; default all */
                ids?: string;
                /** @description whether tags of the equations are shown beside those of instruments; default include */
                truth?: "leave out" | "include";
                /** @description least time between two events `tags`; default 100 */
                everyMs?: number;
            };
            header?: {
                /** @description number of the last record that was received */
                "last-event-id"?: number;
            };
            path: {
                plant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description events `tags` and `record` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    listTags: {
        parameters: {
            query?: {
                /** @description ids with commas between; default all */
                ids?: string;
                /** @description whether tags of the equations are shown beside those of instruments; default include */
                truth?: "leave out" | "include";
            };
            header?: never;
            path: {
                plant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description ms since 1970; in lockstep ms of the plant itself */
                        stampMs: number;
                        timeH: number;
                        tags: components["schemas"]["Tag"][];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    getTag: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plant: string;
                tag: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tag"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    writeTag: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plant: string;
                tag: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    value: number | string;
                    /** @description default that of the tag */
                    unit?: string;
                    /** @description why, for whoever reads the journal */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    setWatchdog: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description longest silence, s; 0 ends the watch */
                    limitS: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    beatWatchdog: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    count: number;
                };
            };
        };
        responses: {
            /** @description nothing more to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    listRuns: {
        parameters: {
            query?: {
                /** @description complete, failed and stopped are ends */
                status?: "queued" | "running" | "paused" | "complete" | "failed" | "stopped";
                /** @description path in the library */
                subject?: string;
                /** @description words of your own, to find it by */
                label?: string;
                /** @description name of a user */
                askedBy?: string;
                /** @description id of a job: those that are older */
                before?: string;
                /** @description default 50 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    startRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description asking again with the same key gives the same job, so that a request can be repeated */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunAsked"];
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    compareRuns: {
        parameters: {
            query: {
                /** @description ids of two to twenty runs, with commas between */
                ids: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        runs: {
                            id: string;
                            title: string;
                            settings: string[];
                        }[];
                        figures: {
                            id: string;
                            says: string;
                            unit: string;
                            /** @description one for each run */
                            values: (number | null)[];
                            /** @description from the first run */
                            differences: (number | null)[];
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    getRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    deleteRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description nothing more to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    getRunAudit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description audit as in the result folder */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    listRunEntries: {
        parameters: {
            query?: {
                /** @description seq of a record: those that follow; default all */
                after?: number;
                /** @description default 200 */
                limit?: number;
                /** @description types with commas between: alarm,command; default all */
                types?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    addRunEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EntryAsked"];
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description number of the record */
                        record: number;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    listRunEvents: {
        parameters: {
            query?: {
                /** @description seq of a record: those that follow; default all */
                after?: number;
                /** @description default 200 */
                limit?: number;
                /** @description types with commas between: alarm,command; default all */
                types?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    getRunFaults: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description faults as in the result folder */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    getRunFigures: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description figures as in the result folder */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    listRunFiles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        files: {
                            path: string;
                            bytes: number;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    getRunFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                    "application/json": unknown;
                    "application/jsonl": string;
                    "text/csv": string;
                    "application/vnd.apache.parquet": string;
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    keepRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    getRunManifest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description manifest as in the result folder */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    pauseRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    releaseRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    resumeRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    getRunSamples: {
        parameters: {
            query?: {
                /** @description columns with commas between; default all */
                ids?: string;
                /** @description beginning of the window, h */
                fromH?: number;
                /** @description end of the window, h */
                toH?: number;
                /** @description other units: X:g/L,feed.rate:mL/min */
                units?: string;
                /** @description most points of each column; peaks are kept. Default 2000 */
                points?: number;
                /** @description whether what the equations have is shown beside what instruments show; default include */
                truth?: "leave out" | "include";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Samples"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getRunArrow: {
        parameters: {
            query?: {
                /** @description columns with commas between; default all */
                ids?: string;
                /** @description beginning of the window, h */
                fromH?: number;
                /** @description end of the window, h */
                toH?: number;
                /** @description other units: X:g/L,feed.rate:mL/min */
                units?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a batch for each group of rows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.arrow.stream": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    getRunCsv: {
        parameters: {
            query?: {
                /** @description columns with commas between; default all */
                ids?: string;
                /** @description beginning of the window, h */
                fromH?: number;
                /** @description end of the window, h */
                toH?: number;
                /** @description other units: X:g/L,feed.rate:mL/min */
                units?: string;
                /** @description plain: the bytes of `fedbatch run`; excel: for a double click; excel-comma: semicolons and decimal commas */
                form?: "plain" | "excel" | "excel-comma";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description one row for each sample */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    getRunSchema: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description schema as in the result folder */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    stopRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    streamRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description events `job`, each the job as it is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    verifyRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSchema: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                kind: "component" | "instruments" | "scenario" | "study";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description JSON Schema 2020-12 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    listStudies: {
        parameters: {
            query?: {
                /** @description complete, failed and stopped are ends */
                status?: "queued" | "running" | "paused" | "complete" | "failed" | "stopped";
                /** @description path in the library */
                subject?: string;
                /** @description words of your own, to find it by */
                label?: string;
                /** @description name of a user */
                askedBy?: string;
                /** @description id of a job: those that are older */
                before?: string;
                /** @description default 50 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    startStudy: {
        parameters: {
            query?: never;
            header?: {
                /** @description asking again with the same key gives the same job, so that a request can be repeated */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnsembleAsked"] | components["schemas"]["ComparisonAsked"] | components["schemas"]["OptimisationAsked"];
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getStudy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    deleteStudy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description nothing more to say */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    listStudyFiles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        files: {
                            path: string;
                            bytes: number;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    getStudyFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                    "application/json": unknown;
                    "application/jsonl": string;
                    "text/csv": string;
                    "application/vnd.apache.parquet": string;
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    keepStudy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    releaseStudy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    resumeStudy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    stopStudy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    streamStudy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description events `job`, each the job as it is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    makeToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    password: string;
                    /** @description what it is for */
                    label?: string;
                    /** @description how long it lasts; default 12 */
                    hours?: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description shown once, and kept nowhere */
                        token: string;
                        id: string;
                        expires: string;
                        name: string;
                        /** @enum {unknown} */
                        role: "observer" | "operator" | "engineer" | "administrator";
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
    listUsers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        users: {
                            name: string;
                            /** @enum {unknown} */
                            role: "observer" | "operator" | "engineer" | "administrator";
                        }[];
                    };
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
        };
    };
}
