import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { BinPage } from '../features/experiments/components/bin-page.js';
import { DatasetsPage } from '../features/datasets/components/datasets-page.js';
import { UploadsProvider } from '../features/datasets/components/import/uploads-provider.js';
import { ExperimentsPage } from '../features/experiments/components/experiments-page.js';
import { ModelsPage } from '../features/models/components/models-page.js';
import { WorkersPage } from '../features/workers/components/workers-page.js';
import { useTopicInvalidation } from '../live/use-topic-invalidation.js';
import { ButtonLink } from '../ui/button.js';
import { Empty, Loading } from '../ui/notice.js';
import { Shell } from './shell.js';

// What only one page needs is loaded with it.
const DatasetPage = lazy(() => import('../features/datasets/components/dataset-page.js').then(({ DatasetPage: page }) => ({ default: page })));
const NewExperimentPage = lazy(() => import('../features/new-experiment/components/new-experiment-page.js').then(({ NewExperimentPage: page }) => ({ default: page })));
const RunPage = lazy(() => import('../features/run/components/run-page.js').then(({ RunPage: page }) => ({ default: page })));
const SettingsPage = lazy(() => import('../features/settings/components/settings-page.js').then(({ SettingsPage: page }) => ({ default: page })));

export function App() {
  useTopicInvalidation();
  return (
    <UploadsProvider>
      <Shell>
        <Suspense fallback={<Loading />}>
          <Switch>
            <Route path="/" component={ExperimentsPage} />
            <Route path="/new" component={NewExperimentPage} />
            <Route path="/experiments/:id">{({ id }) => <RunPage key={id} id={id} />}</Route>
            <Route path="/bin" component={BinPage} />
            <Route path="/datasets" component={DatasetsPage} />
            <Route path="/datasets/:id/:view?">{({ id, view }) => <DatasetPage key={id} id={id} view={view} />}</Route>
            <Route path="/models" component={ModelsPage} />
            <Route path="/workers" component={WorkersPage} />
            <Route path="/settings" component={SettingsPage} />
            <Route>
              <Empty title="There is no such page" actions={<ButtonLink href="/">To the experiments</ButtonLink>} />
            </Route>
          </Switch>
        </Suspense>
      </Shell>
    </UploadsProvider>
  );
}
