/** Before any test: the pages' scripts as browsers get them. */
import { bundle } from '../../scripts/bundle.mjs';

export default () => bundle();
