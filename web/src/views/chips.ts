// What was understood of a typed line: each word with its meaning, so that nothing is taken for granted.

import { html, nothing, type TemplateResult } from 'lit';
import type { MeterHit, ReadLine } from '../types.js';
import type { MoreWords } from '../words/more-en.js';

/** What other clouds call a service, as the core reads it; a test compares this with its table. */
const SAID = new Set(('alb athena aurora bigquery bigtable cloudfront cloudsql cloudwatch dataproc directconnect dynamodb ebs ec2 ecr ecs efs eks elasticache'
  + ' elb emr fargate firestore gce gcs gke glacier kinesis kms lambda memorystore pubsub rds redshift route53 s3 sns spanner sqs').split(' '));

export function chips(read: ReadLine | null, query: string, first: MeterHit | undefined, words: MoreWords): TemplateResult | typeof nothing {
  const said = query.toLowerCase().split(/\s+/).filter((word) => SAID.has(word));
  if (!read && (said.length === 0 || !first)) return nothing;
  return html`
    <p class="chips" role="status">${read?.parts.map(({ role, text, meant }) => html`
      <span class="chip ${role}"><span class="chip-role">${words.roles[role]}</span> ${text}${meant && ` → ${meant}`}</span>`)}
      ${first ? said.map((word) => html`<span class="chip meant"><span class="chip-role">${word} →</span> ${first.category}</span>`) : nothing}</p>`;
}
