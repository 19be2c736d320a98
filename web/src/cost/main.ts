import { CourseChart } from './charts/course.js';
import { StackChart } from './charts/stack.js';
import { CopyTable } from './copy.js';
import { ForebillCosts } from './page.js';

customElements.define('forebill-stack-chart', StackChart);
customElements.define('forebill-course-chart', CourseChart);
customElements.define('forebill-copy-table', CopyTable);
customElements.define('forebill-costs', ForebillCosts);
