import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Station } from '@fedbatch/station';
import { idsIn } from '../plant-view.ts';
import { answers, fileAnswer } from '../responses.ts';
import { JobId } from '../schemas/job.ts';
import { ArrowQuery, CsvQuery, SamplesQuery, SamplesShown, unitsIn } from '../schemas/samples.ts';

const defaultPoints = 2000;

/** What a run has recorded, by column and window: to draw, or to take along. */
export const samples: FastifyPluginAsyncTypebox<{ station: Station }> = async (app, { station }) => {
  app.get(
    '/runs/:id/samples',
    {
      schema: {
        operationId: 'getRunSamples',
        'x-role': 'observer',
        tags: ['runs'],
        summary: 'Samples by column and time window, thinned so that peaks stay',
        params: JobId,
        querystring: SamplesQuery,
        response: answers({ 200: SamplesShown }, [404, 422, 503]),
      },
    },
    async (request) => {
      const { ids, units, points = defaultPoints, truth = 'include', ...window } = request.query;
      const found = await station.results.samples(station.jobs.getOf(['run'], request.params.id), {
        ...window,
        ...queryOf(ids, units),
        points,
        truth,
      });
      return {
        rows: found.rows,
        columns: found.columns.map(({ id, says, unit, kind, isTruth }) => ({ id, says, unit, kind, truth: isTruth })),
        series: found.series.map(({ id, unit, decimated, timeH, values }) => ({
          id,
          unit,
          decimated,
          timeH: [...timeH],
          values: Array.from(values, (value) => (Number.isFinite(value) ? value : null)),
        })),
      };
    },
  );

  app.get(
    '/runs/:id/samples.csv',
    {
      schema: {
        operationId: 'getRunCsv',
        'x-role': 'observer',
        tags: ['runs'],
        summary: 'Samples as wide CSV with units, made while it is read',
        params: JobId,
        querystring: CsvQuery,
        response: answers({ 200: fileAnswer(['text/csv'], 'one row for each sample') }, [404, 422]),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { ids, units, form = 'plain', ...window } = request.query;
      const job = station.jobs.getOf(['run'], id);
      const text = await station.results.export(job, { ...window, ...queryOf(ids, units) }, form);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${id}.csv"`)
        .send(text);
    },
  );

  app.get(
    '/runs/:id/samples.arrow',
    {
      schema: {
        operationId: 'getRunArrow',
        'x-role': 'observer',
        tags: ['runs'],
        summary: 'Samples as an Arrow IPC stream, with units in the fields, made while it is read',
        params: JobId,
        querystring: ArrowQuery,
        response: answers(
          { 200: fileAnswer(['application/vnd.apache.arrow.stream'], 'a batch for each group of rows') },
          [404, 422],
        ),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { ids, units, ...window } = request.query;
      const job = station.jobs.getOf(['run'], id);
      const bytes = await station.results.export(job, { ...window, ...queryOf(ids, units) }, 'arrow');
      return reply
        .type('application/vnd.apache.arrow.stream')
        .header('content-disposition', `attachment; filename="${id}.arrows"`)
        .send(bytes);
    },
  );
};

function queryOf(ids: string | undefined, units: string | undefined) {
  const wanted = { ids: idsIn(ids), units: unitsIn(units) };
  return { ...(wanted.ids && { ids: wanted.ids }), ...(wanted.units && { units: wanted.units }) };
}
