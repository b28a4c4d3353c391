export { PenstockTestingModule } from './penstock-testing.module.js';
